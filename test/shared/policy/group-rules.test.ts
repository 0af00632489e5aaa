import { describe, expect, it } from 'vitest';
import { desiredGroup } from '../../../shared/desired/index.ts';
import type { GroupSnapshot } from '../../../shared/domain/index.ts';
import type { Context } from '../../../shared/policy/index.ts';
import { decide, deleted, disabled, enabled, group, id, policyOf, unified } from './world.ts';

/** The AD object that a policy makes of a group. */
function desired(snapshot: GroupSnapshot, yaml: string) {
  const { write, decision } = decide(snapshot, yaml);
  if (write?.kind !== 'group') throw new Error(`not written: ${decision.reason}`);
  return desiredGroup(snapshot, write.settings, policyOf(yaml).exchange);
}
const rule = (settings: string) => `groups: [{ rule: R, writeback: true, ${settings} }]`;
const written = { previous: { rule: 'R' } };

describe('which groups are written', () => {
  it('Microsoft 365 groups can be opt-in', () => {
    const optIn = `groups:
  - { rule: Opt-in, when: { attribute: writebackEnabled, operator: isTrue }, writeback: true }`;
    expect(decide(unified(), optIn).decision.reason).toBe('NO_RULE_MATCHED');
    expect(decide(unified(enabled), optIn).decision.outcome).toBe('write');
  });

  it.each([
    ['name', '{ attribute: displayName, operator: startsWith, value: PIM- }', { displayName: 'PIM-DB' }],
    ['owner', `{ attribute: owners, operator: includes, value: ${id} }`, { owners: [id] }],
    [
      'extension attribute',
      '{ attribute: extension.tier, operator: equals, value: "0" }',
      { extensions: { tier: '0' } },
    ],
    ['dynamic membership', '{ attribute: dynamic, operator: isTrue }', { groupTypes: ['DynamicMembership'] }],
    ['role-assignability', '{ attribute: roleAssignable, operator: isTrue }', { isAssignableToRole: true }],
    [
      'administrative unit',
      `{ attribute: administrativeUnits, operator: includes, value: ${id} }`,
      { administrativeUnits: [id] },
    ],
  ])('security groups can be chosen at scale by %s', (_, when, properties) => {
    const yaml = `groups: [{ rule: Scale, when: ${when}, writeback: true }]`;
    expect(decide(group(properties), yaml).decision).toMatchObject({
      outcome: 'write',
      reason: 'WRITE_BY_RULE',
    });
    const other = { owners: [], administrativeUnits: [] };
    expect(decide(group(other), yaml).decision.reason).toBe('NO_RULE_MATCHED');
  });

  describe('by something that was not read', () => {
    const yaml = (when: string) => `groups:
  - { rule: Large, when: ${when}, writeback: false }
  - { rule: All, writeback: true }`;
    const large = '{ attribute: memberCount, operator: greaterThan, value: 1000 }';

    it.each([
      ['', large],
      ['a negation', `{ not: ${large} }`],
      ['a part of several', `{ any: [${large}, { attribute: dynamic, operator: isTrue }] }`],
      ['notEquals', '{ attribute: memberCount, operator: notEquals, value: 5 }'],
      ['isNull', '{ attribute: owners, operator: isNull }'],
    ])('the group is left as it is, and no later rule is asked (%s)', (_, when) => {
      const { decision } = decide(group(), yaml(when), { previous: { rule: 'All' } });
      expect(decision).toMatchObject({ outcome: 'freeze', reason: 'NOT_READ', rule: null });
      expect(decision.trace.rules.map(({ result }) => result)).toEqual(['unknown', 'notReached']);
      expect(decide(group(), yaml(when), { previous: null }).decision.outcome).toBe('ignore');
    });

    it('decides nothing where the other clauses decide', () => {
      const both = `{ all: [${large}, { attribute: dynamic, operator: isTrue }] }`;
      expect(decide(group(), yaml(both)).decision).toMatchObject({ outcome: 'write', rule: 'All' });
      const either = `{ any: [${large}, { attribute: dynamic, operator: isFalse }] }`;
      expect(decide(group(), yaml(either)).decision).toMatchObject({ outcome: 'ignore', rule: 'Large' });
    });

    it('is decided once it was read, and the trace has the value', () => {
      const { decision } = decide(group({ memberCount: 1001 }), yaml(large));
      expect(decision).toMatchObject({ outcome: 'ignore', rule: 'Large' });
      expect(decision.trace.rules[0]?.clauses[0]).toMatchObject({ actual: 1001, passed: true });
    });
  });

  it('a group in the recycle bin ends as the rule says that wrote it, whatever is left to match', () => {
    const yaml = `groups:
  - rule: Owned
    when: { attribute: extension.team, operator: equals, value: A }
    writeback: true
    deletion: { softDeleted: strip, outOfScope: keep }
  - { rule: Others, writeback: false }`;
    const soft = group({}, { presence: 'softDeleted' });
    const { decision } = decide(soft, yaml, { previous: { rule: 'Owned' } });
    expect(decision).toMatchObject({ outcome: 'remove', mode: 'strip', rule: 'Owned' });
  });

  it('the first rule that matches decides, and later ones are listed as not reached', () => {
    const yaml = `groups:
  - { rule: Not these, when: { attribute: displayName, operator: contains, value: Test }, writeback: false }
  - { rule: All, writeback: true }
  - { rule: Never, writeback: false }`;
    const { decision } = decide(group({ displayName: 'Test 1' }), yaml);
    expect(decision).toMatchObject({ outcome: 'ignore', reason: 'EXCLUDED_BY_RULE', rule: 'Not these' });
    expect(decision.trace.rules.map(({ result }) => result)).toEqual(['matched', 'notReached', 'notReached']);
    expect(decide(group(), yaml).decision.trace.rules.map(({ result }) => result)).toEqual([
      'notMatched',
      'matched',
      'notReached',
    ]);
  });

  it('role-assignable groups can be forbidden, with a violation, or required', () => {
    const forbidden = rule('roleAssignable: forbidden, severity: critical');
    const answer = decide(group({ isAssignableToRole: true }), forbidden);
    expect(answer.decision.reason).toBe('ROLE_ASSIGNABLE_FORBIDDEN');
    expect(answer.violations).toMatchObject([{ code: 'PRIVILEGED_GROUP', severity: 'critical', rule: 'R' }]);
    expect(decide(group(), rule('roleAssignable: required')).decision.reason).toBe(
      'ROLE_ASSIGNABLE_REQUIRED',
    );
  });

  it('a rule can have a faster lane', () => {
    const { decision } = decide(group(), rule('lane: fast'));
    expect(decision).toMatchObject({ outcome: 'write', settings: { lane: 'fast' } });
  });

  it.each([
    'Domain Admins',
    'domain  ADMINS',
    'ADMINISTRATORS',
    'Schema Admins',
    'krbtgt',
    'DnsAdmins',
    'Organization Management',
    'krbtgt_12345',
    'Domain-Admin',
    'Dom\u200dain Admins',
    'Ｄomain Admins',
  ])('the reserved name %s is refused always', (displayName) => {
    const yaml = rule('name: { commonName: "{displayName}", samAccountName: "{displayName}" }');
    const { decision, violations } = decide(group({ displayName }), yaml);
    expect(decision.reason).toBe('NAME_RESERVED');
    expect(violations).toMatchObject([{ code: 'NAME_FORBIDDEN' }]);
    expect(decide(group({ displayName }), rule('as: security')).decision.outcome).toBe('write');
  });
});

it('a reserved sAMAccountName is refused though the common name is harmless', () => {
  const yaml = rule('name: { samAccountName: "{displayName}" }');
  expect(decide(group({ displayName: 'Domain Admins' }), yaml).decision.reason).toBe('NAME_RESERVED');
});

describe('size limits', () => {
  it.each([
    [unified({ memberCount: 50_000 }), 'write'],
    [unified({ memberCount: 50_001 }), 'ignore'],
    [group({ memberCount: 250_000, ...enabled }), 'write'],
    [group({ memberCount: 250_001, ...enabled }), 'ignore'],
  ])('hold by kind of group (%#)', (snapshot, outcome) => {
    expect(decide(snapshot).decision.outcome).toBe(outcome);
  });

  it('beyond which a new group is not written, a written one frozen, and both reported', () => {
    const large = unified({ memberCount: 60_000 });
    for (const [context, outcome] of [
      [{ previous: null }, 'ignore'],
      [written, 'freeze'],
    ] as const) {
      const { decision, violations } = decide(large, '', context);
      expect(decision).toMatchObject({ outcome, reason: 'TOO_MANY_MEMBERS' });
      expect(violations).toMatchObject([
        { code: 'GROUP_TOO_LARGE', message: expect.stringContaining('60000') },
      ]);
    }
  });

  it('can be raised for Microsoft 365 groups', () => {
    expect(
      decide(unified({ memberCount: 60_000 }), rule('limits: { members: 250000 }')).decision.outcome,
    ).toBe('write');
  });
});

describe('as what a group is written', () => {
  const as = (onPremisesGroupType: string | null) => ({
    writebackConfiguration: { isEnabled: true, onPremisesGroupType },
  });

  it.each([
    [unified(), false],
    [unified(as('universalDistributionGroup')), false],
    [unified(as('universalSecurityGroup')), true],
    [unified(as('universalMailEnabledSecurityGroup')), true],
    [group(as(null)), true],
    [group(as('universalDistributionGroup')), true],
  ])('follows its configuration (%#)', (snapshot, security) => {
    expect(desired(snapshot, '')).toMatchObject({ security, scope: 'universal' });
  });

  it('can be said by a rule', () => {
    expect(desired(unified(), rule('as: mailEnabledSecurity')).security).toBe(true);
    expect(desired(group(), rule('as: distribution')).security).toBe(false);
  });

  it('has the scope of the rule', () => {
    expect(desired(group(), rule('scope: domainLocal')).scope).toBe('domainLocal');
    expect(desired(group(), rule('scope: global')).scope).toBe('global');
  });

  it('a mail-enabled security group that is not universal is refused', () => {
    const { decision } = decide(unified(), rule('as: mailEnabledSecurity, scope: global'));
    expect(decision.reason).toBe('SCOPE_REFUSED');
  });
});

describe('where a group goes', () => {
  it('is one OU by default', () => {
    expect(desired(unified(), '').container).toBe('OU=EntraWriteback');
  });

  it('can be an OU per rule, a template whose values cannot break out, or a mapping', () => {
    expect(desired(group(), rule('ou: "OU=Apps,DC=corp,DC=example"')).container).toBe(
      'OU=Apps,DC=corp,DC=example',
    );
    const template = rule('ou: "OU={extension.team},OU=Groups"');
    expect(desired(group({ extensions: { team: 'R&D, OU=Evil' } }), template).container).toBe(
      'OU=R&D\\, OU\\=Evil,OU=Groups',
    );
    const mapping = rule(
      'ou: { switch: "{visibility}", cases: { private: OU=Private }, default: OU=Public }',
    );
    expect(desired(unified({ visibility: 'Private' }), mapping).container).toBe('OU=Private');
    expect(desired(unified(), mapping).container).toBe('OU=Public');
  });

  it('is refused and reported where its values are empty', () => {
    const { decision, violations } = decide(group(), rule('ou: "OU={extension.team},OU=Groups"'));
    expect(decision.reason).toBe('OU_UNRESOLVED');
    expect(violations).toMatchObject([{ code: 'PLACE_FORBIDDEN' }]);
  });
});

describe('how a group ends', () => {
  const yaml = (deletion: string) => rule(`deletion: { ${deletion} }`);
  const soft = unified({}, { presence: 'softDeleted' });
  const off = (deletion: string) =>
    `groups: [{ rule: R, writeback: asConfigured, deletion: { ${deletion} } }]`;

  it.each(['delete', 'distribution', 'strip'])(
    'disabled or soft-deleted can mean %s, with a grace period',
    (mode) => {
      const both = `disabled: { mode: ${mode}, graceDays: 30 }, softDeleted: { mode: ${mode}, graceDays: 7 }`;
      expect(decide(unified(disabled), off(both), written).decision).toMatchObject({
        mode,
        graceDays: 30,
        reason: 'DISABLED',
      });
      expect(decide(soft, yaml(both), written).decision).toMatchObject({
        mode,
        graceDays: 7,
        reason: 'SOFT_DELETED',
      });
    },
  );

  it('can mean to be moved to a quarantine OU', () => {
    const quarantine = yaml('softDeleted: { mode: quarantine, quarantine: OU=Graveyard }');
    expect(decide(soft, quarantine, written).decision).toMatchObject({
      mode: 'quarantine',
      quarantine: 'OU=Graveyard',
    });
  });

  it('hard-deleted can be kept', () => {
    expect(decide(deleted('group'), yaml('hardDeleted: keep'), written).decision.outcome).toBe('freeze');
  });

  it('hard-deleted ends as the rule says that wrote the group, else as the defaults say', () => {
    const file = `defaults: { groups: { deletion: { hardDeleted: strip } } }
groups: [{ rule: R, writeback: true, deletion: { hardDeleted: { mode: delete, graceDays: 3 } } }]`;
    expect(decide(deleted('group'), file, written).decision).toMatchObject({
      mode: 'delete',
      graceDays: 3,
      rule: 'R',
    });
    expect(decide(deleted('group'), file, { previous: { rule: 'Gone' } }).decision).toMatchObject({
      mode: 'strip',
    });
  });

  it('out of scope is kept by default, and ends as the rule says that wrote it', () => {
    const file = (ending: string) => `groups:
  - { rule: R, when: { attribute: displayName, operator: equals, value: X }, writeback: true, deletion: { outOfScope: ${ending} } }`;
    const at = (ending: string, context: Context) => decide(group(), file(ending), context).decision;
    expect(at('keep', written)).toMatchObject({ outcome: 'freeze', reason: 'OUT_OF_SCOPE', rule: 'R' });
    expect(at('{ mode: delete, graceDays: 14 }', written)).toMatchObject({
      outcome: 'remove',
      graceDays: 14,
    });
    expect(at('delete', { previous: null })).toMatchObject({ outcome: 'ignore', reason: 'NO_RULE_MATCHED' });
    expect(at('delete', {})).toMatchObject({ outcome: 'ignore', reason: 'NO_RULE_MATCHED' });
  });
});

describe('a group nested in a written group', () => {
  const yaml = `groups:
  - { rule: Parents, when: { attribute: displayName, operator: startsWith, value: P- }, writeback: true, nesting: closure }
  - { rule: Others, writeback: asConfigured }`;
  const nestedIn = { nestedIn: { rule: 'Parents' } };

  it('is written too where the rule of its parent says closure', () => {
    expect(decide(group(), yaml, nestedIn).decision).toMatchObject({
      outcome: 'write',
      reason: 'WRITE_NESTED',
      rule: 'Parents',
    });
  });

  it('is not where it is turned off itself', () => {
    expect(decide(group(disabled), yaml, nestedIn).decision.reason).toBe('DISABLED');
  });

  it('is not where the rule of its parent mirrors', () => {
    expect(decide(group(), yaml.replace('closure', 'mirror'), nestedIn).decision.reason).toBe('NOT_ENABLED');
  });
});
