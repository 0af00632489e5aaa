import { describe, expect, it } from 'vitest';
import type { Change, Moment, ObjectRef, Outcome } from '../../../../shared/domain/index.ts';
import { EntraId, Moment as MomentSchema, markerOf } from '../../../../shared/domain/index.ts';
import { settleNames } from '../../../../shared/flow/settle/awaited-names.ts';
import { createAwaitedNames, createObjectStates, memoryStore } from '../../../../shared/state/index.ts';
import { outcomeAt } from '../outcome.ts';

const user = (digit: string): ObjectRef => ({
  kind: 'user',
  id: EntraId.parse(`${digit.repeat(8)}-1111-4111-8111-111111111111`),
});
const waiting = user('a');
const holder = user('b');
const minute = (minutes: number): Moment =>
  MomentSchema.parse(new Date(Date.UTC(2026, 2, 1, 8, minutes)).toISOString());

function world() {
  const store = memoryStore();
  const now = (): Date => new Date(minute(30));
  const states = createObjectStates(store, now);
  const called: ObjectRef[] = [];
  const deps = {
    awaitedNames: createAwaitedNames(store),
    states,
    bus: {
      send: async (_queue: string, messages: readonly { readonly body: unknown }[]) => {
        for (const { body } of messages) {
          const { kind, id, cause } = body as Change;
          expect(cause).toBe('dependant');
          called.push({ kind, id });
        }
      },
      close: async () => {},
    },
    log: () => {},
    now,
    random: () => 0,
    newId: () => 'id',
  };
  return { states, called, settle: (outcome: Outcome) => settleNames(outcome, '00-a-b-01', deps) };
}

/** The relay looked at one moment and found that another of ours has the name. */
const collision = (startedAt: Moment): Outcome => {
  const outcome = outcomeAt(0, { object: waiting, result: 'refused' });
  const violation = {
    code: 'NAME_COLLISION',
    severity: 'error',
    about: waiting,
    subject: 'Ada',
    message: 'taken',
    remedy: 'rename',
    at: startedAt,
    details: { heldBy: markerOf(holder) },
  } as const;
  return { ...outcome, violations: [violation], times: { ...outcome.times, startedAt } };
};
const written = (attribute: string): Outcome => {
  const target = { dn: 'CN=x,DC=lab', guid: '00000000-0000-4000-8000-000000000001' };
  const operation = { op: 'modify', ...target, replace: { [attribute]: [] }, before: {} };
  return outcomeAt(0, { object: holder, result: 'applied', plan: { operations: [operation] } });
};

describe('an object that is kept from a name by another one of ours', () => {
  it('is looked at again, once, when a name of that one has been written', async () => {
    const { called, settle } = world();
    await settle(collision(minute(1)));
    await settle(written('department'));
    expect(called).toEqual([]);
    await settle(written('proxyAddresses'));
    await settle(written('proxyAddresses'));
    expect(called).toEqual([waiting]);
  });

  it.each([
    ['at once where that one was written since the relay looked', minute(2), [waiting]],
    ['not where that was before', minute(0), []],
  ])('is looked at again %s', async (_when, at, expected) => {
    const { states, called, settle } = world();
    await states.update(holder, (state) => ({
      ...state,
      lastOutcome: { result: 'applied', at, intentId: 'x' },
    }));
    await settle(collision(minute(1)));
    expect(called).toEqual(expected);
  });
});
