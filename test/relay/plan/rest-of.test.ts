import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRestOf } from '../../../relay/plan/rest-of.ts';
import { Dn, ObjectGuid, type Operation, type Plan } from '../../../shared/domain/index.ts';

const guid = ObjectGuid.parse('6a8a32f1-7f4e-4c9e-9f0e-0d8c3f1f2a11');
const other = ObjectGuid.parse('6a8a32f1-7f4e-4c9e-9f0e-0d8c3f1f2a22');
const dn = Dn.parse('CN=Sales,OU=EntraWriteback,DC=lab,DC=test');
const to = Dn.parse('CN=Sales,OU=Quarantine,DC=lab,DC=test');
const target = { dn, guid };
const member = (index: number): Dn => Dn.parse(`CN=p${index},OU=People,DC=lab,DC=test`);
const removal = (...indexes: readonly number[]) =>
  ({ op: 'removeMembers', ...target, members: indexes.map(member) }) as const;
const adding = (...indexes: readonly number[]) => ({ ...removal(...indexes), op: 'addMembers' }) as const;
const type = (value: string): Operation => ({
  op: 'modify',
  ...target,
  replace: { groupType: [value] },
  before: { groupType: ['-2147483646'] },
});
const move = { op: 'move', ...target, to } as const;
const plan = (...operations: readonly Operation[]): Plan => ({ operations });

const approved = plan(type('8'), removal(0, 1, 2, 3), type('4'), adding(5), move);

describe('what is left of a plan', () => {
  test('is a rest of it wherever it was cut off, also in the middle of a list of members', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.subarray([0, 1, 2, 3], { minLength: 1 }), (done, members) => {
        const left = approved.operations.slice(done);
        const rest = left.map((one) => (one.op === 'removeMembers' ? removal(...members) : one));
        expect(isRestOf(plan(...rest), approved)).toBe(true);
      }),
    );
  });

  test.each<[string, Operation]>([
    ['another member', removal(0, 9)],
    ['adding what was to be removed', adding(0)],
    ['removing what was to be added', removal(5)],
    ['another object', { ...removal(0), guid: other }],
    ['the object at another place', { ...removal(0), dn: to }],
    ['another value', type('2')],
    [
      'another attribute',
      { op: 'modify', ...target, replace: { groupType: ['8'], info: ['x'] }, before: { groupType: [] } },
    ],
    ['another place to move to', { ...move, to: dn }],
    ['a deletion', { op: 'delete', ...target }],
    ['a creation', { op: 'create', dn, attributes: {} }],
    ['bringing back', { op: 'reanimate', ...target, to: dn }],
  ])('is not one with %s in it', (_what, operation) => {
    expect(isRestOf(plan(removal(1), operation), approved)).toBe(false);
    expect(isRestOf(plan(operation), approved)).toBe(false);
  });

  test('of a creation is none, because the plan had not seen the object alive', () => {
    const creation: Operation = { op: 'create', dn, attributes: {} };
    expect(isRestOf(plan(creation), plan(creation))).toBe(false);
  });

  test('is none where nothing is left', () => {
    expect(isRestOf(plan(), approved)).toBe(false);
  });
});
