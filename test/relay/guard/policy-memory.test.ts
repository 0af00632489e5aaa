import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPolicyMemory, readPolicySeen } from '../../../relay/guard/policy-memory.ts';
import { type Intent, Moment } from '../../../shared/domain/index.ts';
import { desiredGroup, unchanged, writeIntent } from '../intents.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-memory-'));
});
afterEach(() => rm(folder, { recursive: true }));

const base = writeIntent(desiredGroup(), unchanged);
const intent = (policyVersion: string, decidedAt: string): Intent => ({
  ...base,
  policyVersion,
  times: { ...base.times, decidedAt: Moment.parse(decidedAt) },
});

describe('the policy that a relay has seen', () => {
  it('is the one of the last decision, in whatever order the intents come, and outlives the relay', async () => {
    const memory = await openPolicyMemory(folder);
    expect(memory.last()).toBeUndefined();
    await Promise.all([
      memory.note(intent('one', '2026-03-01T08:00:00.000Z')),
      memory.note(intent('three', '2026-03-01T08:00:02.000Z')),
      memory.note(intent('two', '2026-03-01T08:00:01.000Z')),
    ]);
    const seen = { version: 'three', at: '2026-03-01T08:00:02.000Z' };
    expect(memory.last()).toEqual(seen);
    expect(await readPolicySeen(folder)).toEqual(seen);
    expect((await openPolicyMemory(folder)).last()).toEqual(seen);
  });

  it('is not one that an inspection tries', async () => {
    const memory = await openPolicyMemory(folder);
    const inspection = { ...intent('candidate', '2026-03-01T08:00:00.000Z'), type: 'inspect' } as Intent;
    await memory.note(inspection);
    expect(memory.last()).toBeUndefined();
  });

  it('is written once a minute where only its time changes', async () => {
    const memory = await openPolicyMemory(folder);
    await memory.note(intent('one', '2026-03-01T08:00:00.000Z'));
    const first = await readFile(join(folder, 'policy-seen.json'), 'utf8');
    await memory.note(intent('one', '2026-03-01T08:00:59.000Z'));
    expect(await readFile(join(folder, 'policy-seen.json'), 'utf8')).toBe(first);
    await memory.note(intent('one', '2026-03-01T08:01:00.000Z'));
    expect(await readPolicySeen(folder)).toMatchObject({ at: '2026-03-01T08:01:00.000Z' });
  });

  it('is not known where the file holds something else', async () => {
    await writeFile(join(folder, 'policy-seen.json'), '{"version":');
    expect(await readPolicySeen(folder)).toBeUndefined();
    await writeFile(join(folder, 'policy-seen.json'), '[]');
    expect(await readPolicySeen(folder)).toBeUndefined();
  });
});
