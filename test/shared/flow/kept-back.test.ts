import { expect, test } from 'vitest';
import { ObjectRef } from '../../../shared/domain/index.ts';
import { type SettleDeps, settleOutcome } from '../../../shared/flow/settle/settle-outcome.ts';
import { createObjectStates, memoryStore } from '../../../shared/state/index.ts';
import { outcomeAt, someGroup } from './outcome.ts';

/** What a relay in stage mode would do, as the status adds it up. */

const counts = (more: object) => ({
  created: 0,
  changed: 0,
  deleted: 0,
  membersAdded: 0,
  membersRemoved: 0,
  ...more,
});
const part = (number: number) => ({
  membership: 'complete',
  part: { part: number, parts: 3, after: number === 1 ? null : 'x', upTo: null },
});

function world() {
  const now = (): Date => new Date('2026-03-01T08:00:00.000Z');
  const states = createObjectStates(memoryStore(), now);
  const nothing = async (): Promise<void> => {};
  const deps: SettleDeps = {
    states,
    bus: { send: nothing, close: nothing },
    log: () => {},
    now,
    random: () => 0,
    newId: () => 'id',
    parentsWaitingFor: async () => [],
    settleHolds: async () => [],
    report: nothing,
    record: nothing,
    tellCompletions: nothing,
    inspections: { keep: nothing, take: async () => undefined },
    confirmAfterMs: 0,
  };
  let time = now().getTime();
  return {
    stateNow: () => states.load(ObjectRef.parse(someGroup)),
    settle: (given: object): Promise<void> => {
      time += 1000;
      return settleOutcome(outcomeAt(time, given), '00-a-b-01', deps);
    },
  };
}

test('the parts of one membership are one new object with all its members', async () => {
  const { settle, stateNow } = world();
  for (const number of [1, 2, 3])
    await settle({ result: 'staged', keptBack: counts({ created: 1, membersAdded: 1000 }), ...part(number) });
  expect((await stateNow()).keptBack).toEqual(counts({ created: 1, membersAdded: 3000 }));
  await settle({ result: 'staged', keptBack: counts({ created: 1, membersAdded: 5 }), ...part(1) });
  expect((await stateNow()).keptBack).toEqual(counts({ created: 1, membersAdded: 5 }));
});

test('it is gone when the relay writes, and stays through a failure', async () => {
  const { settle, stateNow } = world();
  await settle({ result: 'staged', keptBack: counts({ changed: 1 }) });
  await settle({ result: 'failed', failure: { code: 'BUSY', message: 'busy', needs: 'retry' } });
  expect((await stateNow()).keptBack).toEqual(counts({ changed: 1 }));
  await settle({ result: 'applied' });
  expect((await stateNow()).keptBack).toBeUndefined();
});

test('members that were kept back stay so through writes of others, until a complete membership is written', async () => {
  const { settle, stateNow } = world();
  const removed = { result: 'staged', membership: 'delta', keptBack: counts({ membersRemoved: 1 }) };
  await settle(removed);
  await settle({ result: 'applied', membership: 'delta' });
  await settle({ result: 'applied', membership: 'unchanged' });
  expect((await stateNow()).keptBack).toEqual(counts({ membersRemoved: 1 }));
  await settle(removed);
  expect((await stateNow()).keptBack).toEqual(counts({ membersRemoved: 2 }));
  await settle({
    result: 'applied',
    membership: 'complete',
    part: { part: 1, parts: 1, after: null, upTo: null },
  });
  expect((await stateNow()).keptBack).toBeUndefined();
});

test('what was kept back is read completely next time, since nothing of it is in AD', async () => {
  const { settle, stateNow } = world();
  await settle({ result: 'staged', membership: 'delta', keptBack: counts({ membersAdded: 1 }) });
  expect(await stateNow()).toMatchObject({ needs: 'completeMembership', written: false });
});

test('a claimed object is not yet a written one, so that no ending of a policy hits it', async () => {
  const { settle, stateNow } = world();
  const failure = { code: 'CLAIMED', message: 'claimed', needs: 'completeMembership' };
  await settle({ intent: 'claim', failure });
  expect(await stateNow()).toMatchObject({ written: false, needs: 'completeMembership' });
  await settle({});
  expect((await stateNow()).written).toBe(true);
});
