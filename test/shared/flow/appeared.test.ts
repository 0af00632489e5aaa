import { describe, expect, it } from 'vitest';
import { EntraId, type Moment, momentOf } from '../../../shared/domain/index.ts';
import { type EvaluateDeps, evaluateChange } from '../../../shared/flow/evaluate/evaluate-change.ts';
import { createObjectStates, memoryStore } from '../../../shared/state/index.ts';

/** Members of one group that appear in AD one after the other call the group; one look may answer many calls. */

const group = { kind: 'group', id: EntraId.parse('00000000-0000-4000-8000-000000000001') } as const;
const member = EntraId.parse('00000000-0000-4000-8000-000000000002');
const at = (seconds: number): Moment => momentOf(new Date(Date.UTC(2026, 2, 1) + seconds * 1000));

async function looksAt(state: object, receivedAt: Moment): Promise<number> {
  const states = createObjectStates(memoryStore(), () => new Date(at(100)));
  await states.update(group, (now) => ({ ...now, ...state }));
  let looks = 0;
  const deps: EvaluateDeps = {
    bus: { send: async () => undefined, close: async () => undefined },
    log: () => undefined,
    now: () => new Date(at(100)),
    random: () => 0,
    newId: () => 'id',
    states,
    reportUnreadable: async () => undefined,
    isWritten: async () => true,
    wakeGroups: async () => undefined,
    callFlattening: async () => undefined,
    confirmAfterMs: 1000,
    record: async () => undefined,
    report: async () => undefined,
    decide: async () => {
      looks += 1;
      return { step: 'unreadable', why: { code: 'AWAY', message: 'Graph is away.', retry: 'later' } };
    },
  };
  const change = { ...group, cause: 'dependant', appeared: member, attempt: 0, receivedAt } as const;
  await evaluateChange({ ...change, membership: { read: 'complete' } }, 'trace', deps);
  return looks;
}

const decided = {
  outcome: 'write',
  reason: 'WRITE_BY_RULE',
  rule: 'R',
  policyVersion: 'v',
  at: at(1),
} as const;

describe('a group that is told of a member that appeared', () => {
  it('is not looked at again where all members were read since', async () => {
    expect(await looksAt({ lastDecision: decided, membersReadAt: at(11), evaluatedAt: at(11) }, at(10))).toBe(
      0,
    );
  });

  it.each([
    ['its members were last read before', { membersReadAt: at(9), evaluatedAt: at(11) }],
    ['its members were never read', { evaluatedAt: at(11) }],
    ['a delta waits', { membersReadAt: at(11), pending: { added: [member], removed: [] } }],
    ['it needs all its members', { membersReadAt: at(11), needs: 'completeMembership' }],
  ])('is looked at where %s', async (_when, state) => {
    expect(await looksAt({ lastDecision: decided, ...state }, at(10))).toBe(1);
  });
});
