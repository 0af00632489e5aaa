import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EntraId, Moment } from '../../../shared/domain/index.ts';
import { type Completion, createCompletions, fileStore } from '../../../shared/state/index.ts';
import { collect } from './support/collect.ts';

const group = { kind: 'group', id: EntraId.parse('3a5c3221-c465-48c0-95b8-e9305786a271') } as const;
const at = (minute: number): Moment =>
  Moment.parse(`2026-03-01T08:${String(minute).padStart(2, '0')}:00.000Z`);
const completion = (id: string, more: Partial<Completion> = {}): Completion => ({
  id,
  object: group,
  change: 'present',
  requestedAt: at(0),
  expiresAt: at(5),
  state: 'waiting',
  ...more,
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entra-writeback-completions-'));
});
afterEach(() => rm(folder, { recursive: true }));
const open = () => fileStore(join(folder, 'state.jsonl'));

describe('completions', () => {
  it('outlive the process that was asked', async () => {
    const store = await open();
    await createCompletions(store).add(completion('one'));
    await store.close();
    const again = await open();
    const found = createCompletions(again);
    expect(await collect(found.waitingFor(group))).toEqual([completion('one')]);
    expect(await collect(found.unfinished())).toEqual([completion('one')]);
    await again.close();
  });

  it('leave the lists when they are done, and stay unfinished as long as a callback is due', async () => {
    const store = await open();
    const completions = createCompletions(store);
    const callback = { url: 'https://hooks.example.com', attempts: 0 };
    await completions.add(completion('one', { callback }));
    await completions.update('one', (now) => ({
      ...now,
      state: 'done',
      callback: { ...callback, nextAt: at(1) },
    }));
    expect(await collect(completions.waitingFor(group))).toEqual([]);
    expect(await collect(completions.unfinished())).toHaveLength(1);
    await completions.update('one', (now) => ({ ...now, callback: { ...callback, deliveredAt: at(2) } }));
    expect(await collect(completions.unfinished())).toEqual([]);
    expect(await completions.find('one')).toMatchObject({ state: 'done' });
    await store.close();
  });

  it('are forgotten when they ended long ago', async () => {
    const store = await open();
    const completions = createCompletions(store);
    await completions.add(completion('old'));
    await completions.add(completion('new', { expiresAt: at(30) }));
    await completions.add(completion('waiting'));
    for (const id of ['old', 'new']) await completions.update(id, (now) => ({ ...now, state: 'done' }));
    await completions.forget(new Date(at(10)));
    expect(await completions.find('old')).toBeUndefined();
    expect(await completions.find('new')).toBeDefined();
    expect(await completions.find('waiting')).toBeDefined();
    await store.close();
  });
});
