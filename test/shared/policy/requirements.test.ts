import { describe, expect, it } from 'vitest';
import { requirements } from '../../../shared/policy/index.ts';
import { policyOf } from './world.ts';

const of = (yaml: string) => requirements(policyOf(yaml));

describe('what must be read', () => {
  it('is nothing more for the default policy', () => {
    expect(JSON.stringify(of(''))).not.toContain('true');
  });

  it('is what clauses, templates and settings use', () => {
    const { groups, users, devices } = of(`
sourceOfAuthority: read
groups:
  - rule: A
    when: { not: { any: [{ attribute: owners, operator: isNull }, { attribute: extension.tier, operator: isNull }] } }
    ou: { switch: '{extension.team}', cases: { x: OU=X }, default: OU=Y }
    attributes: { info: '{extension.note}' }
    nesting: flatten
  - { rule: B, when: { attribute: administrativeUnits, operator: isNotNull }, nesting: closure }
users: [{ rule: U, when: { attribute: extension.hr, operator: isNotNull } }]
devices: [{ rule: D }]`);
    expect(groups).toEqual({
      owners: true,
      administrativeUnits: true,
      memberCount: false,
      onPremisesSyncBehavior: true,
      extensions: ['note', 'team', 'tier'],
      nestedMembers: true,
      closure: true,
    });
    expect(users).toEqual({ written: true, manager: true, extensions: ['hr'] });
    expect(devices).toEqual({
      written: true,
      registeredOwners: true,
      registeredUsers: true,
      decidedByOwner: false,
    });
  });
});
