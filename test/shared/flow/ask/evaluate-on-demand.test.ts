import { describe, expect, it } from 'vitest';
import { evaluateOnDemand } from '../../../../shared/flow/ask/evaluate-on-demand.ts';
import {
  type EvaluationRequest,
  readEvaluationRequest,
} from '../../../../shared/flow/ask/evaluation-request.ts';
import type { DecideDeps } from '../../../../shared/flow/evaluate/decide-change.ts';
import { defaultPolicy } from '../../../../shared/policy/index.ts';
import { createObjectStates, memoryStore } from '../../../../shared/state/index.ts';
import { unified } from '../../policy/world.ts';

/** On-demand evaluation of what a request brings along; test/functions has it over HTTP. */

const now = () => new Date('2026-09-01T08:00:00.000Z');

const unreadable = {
  outcome: 'failed',
  why: { code: 'NO_ANSWER', message: 'Graph is away.', retry: 'later' },
} as const;

/** Nothing can be read: an inline object must not need to. */
function deps(): DecideDeps {
  let ids = 0;
  const away = async function* () {
    yield { failed: unreadable.why };
  };
  return {
    graph: {
      readObject: async () => unreadable,
      readMembers: away,
      readTransitiveMembers: away,
      readMemberRecords: async () => unreadable,
      countMembers: async () => unreadable,
    },
    states: createObjectStates(memoryStore(), now),
    policy: async () => defaultPolicy(),
    context: async () => {
      throw new Error('The context of an inline object is the one that was given.');
    },
    now,
    newId: () => `id-${++ids}`,
  };
}

function request(body: object): EvaluationRequest {
  const given = readEvaluationRequest(body);
  if (!given.ok) throw new Error(JSON.stringify(given.issues));
  return given.value;
}

const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const user = (index: number) => ({
  id: idOf(index),
  type: 'user',
  onPremisesSecurityIdentifier: `S-1-5-21-1-2-3-${1000 + index}`,
});

async function answered(body: object) {
  const result = await evaluateOnDemand(request(body), deps());
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result;
}

describe('an inline object', () => {
  it('is decided over without Graph, without state, and always in the same way', async () => {
    const body = { snapshot: unified(), members: [user(1)] };
    const [one, other] = [await answered(body), await answered(body)];
    expect(one.answer).toEqual(other.answer);
    expect(one.answer.members?.counts).toEqual({ written: 1, leftOut: 0 });
  });

  it('with ten thousand members counts them all, names the first thousand, and is planned in parts', async () => {
    const members = Array.from({ length: 10_000 }, (_, index) =>
      index % 2 === 0 ? user(index) : { id: idOf(index), type: 'servicePrincipal' },
    );
    const { answer, intents } = await answered({ snapshot: unified(), members });
    expect(answer.members?.counts).toEqual({ written: 5000, leftOut: 5000 });
    expect([answer.members?.written.length, answer.members?.leftOut.length]).toEqual([1000, 1000]);
    expect(intents.length).toBeGreaterThan(1);
    expect(intents.every(({ type }) => type === 'write')).toBe(true);
  });

  it('that is too large is told so with its number, and nothing would be sent but a look at AD', async () => {
    const members = Array.from({ length: 11 }, (_, index) => user(index));
    const policy = { groups: [{ rule: 'Small', writeback: true, limits: { members: 10 } }] };
    const { answer, intents } = await answered({ snapshot: unified(), members, policy });
    expect(answer.decision).toMatchObject({ outcome: 'ignore', reason: 'TOO_MANY_MEMBERS' });
    expect(answer.violations[0]?.message).toContain('11 members');
    expect([answer.desired, answer.members]).toEqual([null, null]);
    expect(intents).toMatchObject([{ type: 'inspect', desired: null }]);
  });

  it('in Graph’s shape is the same snapshot, with every extension attribute that it brings', async () => {
    const { properties, id } = unified();
    const {
      memberCount: _count,
      owners: _owners,
      administrativeUnits: _units,
      isCloudManaged: _managed,
      extensions: _none,
      ...graph
    } = properties;
    const snapshot = {
      '@odata.context': 'https://graph.microsoft.com/beta/$metadata#groups/$entity',
      id,
      ...graph,
      extension_0123456789abcdef_team: 'Berlin',
      theme: 'ignored',
    };
    const policy = {
      groups: [
        {
          rule: 'Berlin',
          when: {
            attribute: 'extension.extension_0123456789abcdef_team',
            operator: 'equals',
            value: 'Berlin',
          },
          writeback: true,
        },
      ],
    };
    const { answer } = await answered({ snapshot, policy });
    expect(answer.decision.rule).toBe('Berlin');
    const ours = await answered({
      snapshot: unified(),
      policy: { groups: [{ rule: 'All', writeback: true }] },
    });
    expect(answer.desired).toEqual(ours.answer.desired);
  });

  it('that Graph has in its recycle bin is soft-deleted', async () => {
    const { id } = unified();
    const snapshot = {
      id,
      displayName: 'Sales',
      groupTypes: ['Unified'],
      mailEnabled: true,
      securityEnabled: false,
      onPremisesSyncEnabled: null,
      onPremisesSecurityIdentifier: null,
      deletedDateTime: '2026-08-31T08:00:00Z',
    };
    const { answer } = await answered({ snapshot });
    expect(answer.decision).toMatchObject({ outcome: 'ignore', reason: 'SOFT_DELETED' });
    const { answer: frozen } = await answered({ snapshot, context: { previous: { rule: null } } });
    expect(frozen.decision).toMatchObject({ outcome: 'freeze', reason: 'SOFT_DELETED' });
  });

  it.each(['group', 'user', 'device'])(
    'that Graph has in its recycle bin needs its default properties only: a %s',
    async (kind) => {
      const snapshot = {
        '@odata.type': `#microsoft.graph.${kind}`,
        id: unified().id,
        displayName: 'Sales',
        userPrincipalName: 'sales@contoso.com',
        deviceId: unified().id,
        deletedDateTime: '2026-08-31T08:00:00Z',
      };
      const { answer } = await answered({ snapshot });
      expect(answer).toMatchObject({ object: { kind }, snapshot: { presence: 'softDeleted' } });
    },
  );
});

describe('an object in Graph', () => {
  it('that cannot be read is told with the reason of Graph', async () => {
    const result = await evaluateOnDemand(request({ id: idOf(1) }), deps());
    expect(result).toEqual({ ok: false, code: 'GRAPH_UNREADABLE', message: 'Graph is away.' });
  });
});
