import { beforeEach, describe, expect, test } from 'vitest';
import type { BodyOf, Bus } from '../../../../shared/bus/index.ts';
import { type MembershipPart, Moment, type Outcome } from '../../../../shared/domain/index.ts';
import { decideHold, settleHolds, tidyHolds } from '../../../../shared/flow/operate/holds.ts';
import {
  type AuditEntry,
  createAudit,
  createHolds,
  type Holds,
  memoryStore,
} from '../../../../shared/state/index.ts';

import { outcomeAt, someGroup } from '../outcome.ts';

/** Held plans as the cloud keeps them, from outcomes alone. */

const start = Date.parse('2026-03-01T08:00:00.000Z');
const day = 24 * 3_600_000;
const moment = (ms: number): Moment => Moment.parse(new Date(ms).toISOString());
const object = someGroup;
const hash = (digit: string): string => digit.repeat(64);

let holds: Holds;
let time: number;
let sent: BodyOf<'intents'>[];
let audit: ReturnType<typeof createAudit>;

beforeEach(() => {
  const store = memoryStore();
  holds = createHolds(store);
  audit = createAudit(store);
  time = start;
  sent = [];
});

const bus: Bus = {
  async send(_queue, outgoing) {
    sent.push(...outgoing.map(({ body }) => body as BodyOf<'intents'>));
  },
  close: async () => {},
};
const deps = () => ({
  holds,
  audit,
  bus,
  now: () => new Date(time),
  newId: () => `id-${time}`,
  log: () => {},
});

function outcome(given: object): Outcome {
  time += 1000;
  return outcomeAt(time, given);
}

const notice = (id: string, state = 'open') => ({
  holdId: id,
  planHash: hash('a'),
  state,
  why: ['130 member removals in this group wanted, 0 of 100 used in the last hour'],
  heldAt: moment(start),
  expiresAt: moment(start + 7 * day),
});
const counts = { created: 0, changed: 0, deleted: 0, membersAdded: 0, membersRemoved: 130 };
const held = (id: string, more: object = {}) =>
  outcome({ result: 'held', membership: 'delta', keptBack: counts, hold: notice(id), ...more });
const part = (after: string | null, upTo: string | null): MembershipPart => ({
  part: 1,
  parts: 2,
  after,
  upTo,
});
const settle = (one: Outcome): Promise<readonly string[]> => settleHolds(one, deps());
const stateOf = async (id: string): Promise<string | undefined> => (await holds.find(id))?.state;
const approve = (planHash = hash('a')) =>
  decideHold('one', planHash, { verdict: 'approve', person: 'Ada', reason: 'checked' }, '00-a-b-01', deps());

describe('an outcome that holds', () => {
  test('opens a held plan, and told twice it is the same one', async () => {
    const one = held('one');
    expect(await settle(one)).toEqual(['one']);
    expect(await settle(one)).toEqual(['one']);
    expect(await holds.find('one')).toMatchObject({
      state: 'open',
      counts,
      relay: 'relay-1',
      displayName: 'Sales',
    });
    expect(await Array.fromAsync(holds.list())).toHaveLength(1);
  });

  test.each([
    ['a later removal', { intent: 'remove' }, 'superseded'],
    ['a complete membership', { membership: 'complete', part: part(null, null) }, 'superseded'],
    ['another delta', { membership: 'delta' }, 'open'],
    ['a write that failed', { result: 'failed', membership: 'complete', part: part(null, null) }, 'open'],
    ['undoing', { intent: 'undo', membership: 'complete' }, 'open'],
    ['an outcome of another object', { object: { ...object, kind: 'user' }, intent: 'remove' }, 'open'],
  ])('after %s it is %s', async (_what, later, expected) => {
    await settle(held('one'));
    await settle(outcome(later));
    expect(await stateOf('one')).toBe(expected === 'open' ? 'open' : 'superseded');
  });

  test('for one part of a membership leaves the other parts alone', async () => {
    await settle(held('one', { membership: 'complete', part: part(null, 'm') }));
    expect(await settle(held('two', { membership: 'complete', part: part('m', null) }))).toEqual([
      'one',
      'two',
    ]);
    expect(await settle(outcome({ membership: 'complete', part: part('m', null) }))).toEqual(['one']);
  });
});

describe('a decision', () => {
  test('is handed to the relay in the session of the object, with its intent, and is in the audit', async () => {
    await settle(held('one'));
    expect(await approve()).toMatchObject({ ok: true, hold: { state: 'open', decision: { person: 'Ada' } } });
    expect(sent).toMatchObject([
      { type: 'hold', holdId: 'one', planHash: hash('a'), verdict: 'approve', object },
    ]);
    const entries: AuditEntry[] = await Array.fromAsync(audit.query());
    expect(entries).toMatchObject([{ event: 'hold.approved', actor: 'Ada', details: { reason: 'checked' } }]);
    await settle(outcome({ membership: 'delta', hold: notice('one', 'applied') }));
    expect(await holds.find('one')).toMatchObject({ state: 'applied', decision: { person: 'Ada' } });
  });

  test.each([
    ['for another plan than the held one', 'PLAN_CHANGED', async () => approve(hash('b'))],
    [
      'while another one is on its way',
      'HOLD_DECIDED',
      async () => {
        await approve();
        return approve();
      },
    ],
    [
      'when it is closed',
      'HOLD_CLOSED',
      async () => {
        await settle(outcome({ intent: 'remove' }));
        return approve();
      },
    ],
    [
      'when its time is over',
      'HOLD_CLOSED',
      async () => {
        time += 8 * day;
        return approve();
      },
    ],
  ])('%s is refused with %s, and nothing more is sent', async (_when, code, decide) => {
    await settle(held('one'));
    const before = sent.length;
    expect(await decide()).toMatchObject({ ok: false, refusal: { code } });
    expect(sent.length - before).toBeLessThanOrEqual(code === 'HOLD_DECIDED' ? 1 : 0);
  });

  test('about a plan that nobody knows is refused', async () => {
    expect(await approve()).toEqual({ ok: false, refusal: { code: 'NOT_FOUND' } });
  });

  test('that the relay never answered may be taken again, and one that it answered by holding anew too', async () => {
    await settle(held('one'));
    await approve();
    time += 11 * 60_000;
    expect(await approve()).toMatchObject({ ok: true });
    await settle(held('one'));
    expect(await approve()).toMatchObject({ ok: true });
  });
});

test('what a relay that is gone left open ends a day late, and is forgotten after 90 days', async () => {
  await settle(held('one'));
  time = start + 7.5 * day;
  await tidyHolds(deps());
  expect(await stateOf('one')).toBe('open');
  time = start + 8 * day;
  await tidyHolds(deps());
  expect(await stateOf('one')).toBe('expired');
  time = start + 99 * day;
  await tidyHolds(deps());
  expect(await stateOf('one')).toBeUndefined();
});
