import { describe, expect, test } from 'vitest';
import { isFree, spendOf } from '../../../relay/guard/spend.ts';
import { Dn, ObjectGuid, type Operation } from '../../../shared/domain/index.ts';

const target = {
  dn: Dn.parse('CN=a,DC=lab'),
  guid: ObjectGuid.parse('00000000-0000-4000-8000-000000000001'),
};
const dns = (count: number) => Array.from({ length: count }, (_, index) => Dn.parse(`CN=m${index},DC=lab`));
const modify = (replace: Record<string, string[]>, before: Record<string, string[]> = {}): Operation => ({
  op: 'modify',
  ...target,
  replace,
  before,
});

describe('a plan takes from the budgets', () => {
  test.each<readonly [string, readonly Operation[], object]>([
    ['a creation', [{ op: 'create', dn: target.dn, attributes: {} }], { creations: 1 }],
    ['a creation for what comes back', [{ op: 'reanimate', ...target, to: target.dn }], { creations: 1 }],
    [
      'a creation only for an account that comes back disabled',
      [{ op: 'reanimate', ...target, to: target.dn }, modify({ userAccountControl: ['514'] })],
      { creations: 1 },
    ],
    ['a move for a rename', [{ op: 'move', ...target, to: target.dn }], { moves: 1 }],
    ['a type change', [modify({ groupType: ['8'] })], { typeChanges: 1 }],
    [
      'a disable',
      [modify({ userAccountControl: ['514'] }, { userAccountControl: ['512'] })],
      { disables: 1 },
    ],
    [
      'a disable for a device',
      [modify({ 'msDS-IsEnabled': ['FALSE'] }, { 'msDS-IsEnabled': ['TRUE'] })],
      { disables: 1 },
    ],
    [
      'nothing for an account that was disabled',
      [modify({ userAccountControl: ['66050'] }, { userAccountControl: ['514'] })],
      {},
    ],
    ['nothing for a text', [modify({ displayName: ['x'] })], {}],
    ['nothing for new members', [{ op: 'addMembers', ...target, members: dns(9) }], {}],
  ])('%s', (_what, operations, counts) => {
    expect(spendOf(operations).counts).toEqual(counts);
  });

  test('each member that leaves, over all and of its group', () => {
    const operations: Operation[] = [
      { op: 'removeMembers', ...target, members: dns(3) },
      { op: 'removeMembers', ...target, members: dns(2) },
    ];
    expect(spendOf(operations)).toEqual({
      counts: { memberRemovals: 5 },
      group: { guid: target.guid, removals: 5 },
    });
  });

  test('the members of a deleted group, who lose the same', () => {
    expect(spendOf([{ op: 'delete', ...target }], 40_000).counts).toEqual({
      deletions: 1,
      memberRemovals: 40_000,
    });
  });

  test('nothing at all where it only adds', () => {
    expect(isFree(spendOf([{ op: 'addMembers', ...target, members: dns(9) }]))).toBe(true);
    expect(isFree(spendOf([{ op: 'delete', ...target }]))).toBe(false);
  });
});
