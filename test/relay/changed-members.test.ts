import { describe, expect, test } from 'vitest';
import { changedMembersOf } from '../../relay/handle/changed-members.ts';
import { sidName } from '../../relay/plan/candidates.ts';
import { noMemberFacts } from '../../relay/plan/member-facts.ts';
import { Dn, ObjectGuid, type Operation, Sid } from '../../shared/domain/index.ts';
import { delta, desiredGroup, newEntraId } from './intents.ts';

const guid = ObjectGuid.parse('00000000-0000-4000-8000-000000000001');
const target = { dn: Dn.parse('CN=g,DC=lab'), guid };
const [anna, ben] = [Dn.parse('CN=Anna,DC=lab'), Dn.parse('CN=Ben,DC=lab')];

type Input = Parameters<typeof changedMembersOf>[1];
const inputOf = (given: Partial<Input>): Input => ({
  task: { do: 'look' },
  members: noMemberFacts,
  ...given,
});
const written = (...operations: Operation[]) => ({ operations });

describe('the members that an outcome names', () => {
  test('have the id and the SID of the reference where AD was given a SID', () => {
    const reference = { by: 'sid' as const, sid: Sid.parse('S-1-5-21-1-2-3-1001'), id: newEntraId() };
    const desired = desiredGroup();
    const input = inputOf({ task: { do: 'write', desired, membership: delta([reference], []) } });
    const plan = written({ op: 'addMembers', ...target, members: [sidName(reference.sid)] });
    expect(changedMembersOf(plan, input, [])).toEqual([
      { change: 'added', id: reference.id, sid: reference.sid },
    ]);
  });

  test('have what AD knows of them where the cloud did not list them', () => {
    const id = newEntraId();
    const sid = Sid.parse('S-1-5-21-1-2-3-1001');
    const current = [
      { dn: anna, guid, sid, markerKey: undefined },
      { dn: ben, guid, sid: undefined, markerKey: `user:${id}` },
    ];
    const plan = written({ op: 'removeMembers', ...target, members: [anna, ben] });
    expect(changedMembersOf(plan, inputOf({ members: { ...noMemberFacts, current } }), [])).toEqual([
      { change: 'removed', sid, dn: anna },
      { change: 'removed', id, dn: ben },
    ]);
  });

  test('do not include those that AD refused', () => {
    const plan = written({ op: 'addMembers', ...target, members: [anna, ben] });
    expect(changedMembersOf(plan, inputOf({}), [{ reference: anna, reason: 'REFUSED_BY_AD' }])).toEqual([
      { change: 'added', dn: ben },
    ]);
  });

  test('are all that a deleted group had', () => {
    const current = [{ dn: anna, guid, sid: undefined, markerKey: undefined }];
    const plan = written({ op: 'delete', ...target });
    expect(changedMembersOf(plan, inputOf({ members: { ...noMemberFacts, current } }), [])).toEqual([
      { change: 'removed', dn: anna },
    ]);
  });
});
