import fc from 'fast-check';
import { Snapshot } from '../../../shared/domain/index.ts';
import type { Context } from '../../../shared/policy/index.ts';
import { deviceKey } from './world.ts';

/** Any snapshot that the schema allows, and any context: what evaluation must be total over. */

const text = fc.string({ unit: 'binary', maxLength: 80 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const sid = fc.constantFrom('S-1-5-21-1-2-3-1104', 'S-1-5-32-544');
const date = fc.constantFrom('2026-01-01T00:00:00Z', 'not a date', '');
const flag = maybe(fc.boolean());
/** Mostly absent, so that most objects get as far as the rules. */
const seldom = fc.constantFrom(null, null, null, null, false, true);

const groupProperties = fc.record({
  displayName: text,
  description: maybe(text),
  mail: maybe(text),
  mailNickname: maybe(text),
  proxyAddresses: fc.array(text, { maxLength: 3 }),
  groupTypes: fc.constantFrom(['Unified'], ['Unified', 'DynamicMembership'], [], ['x']),
  mailEnabled: fc.boolean(),
  securityEnabled: fc.boolean(),
  isAssignableToRole: flag,
  visibility: maybe(text),
  createdDateTime: maybe(date),
  onPremisesSyncEnabled: seldom,
  onPremisesSecurityIdentifier: maybe(sid),
  isCloudManaged: flag,
  writebackConfiguration: fc.record({
    isEnabled: flag,
    onPremisesGroupType: maybe(
      fc.constantFrom('universalDistributionGroup', 'universalMailEnabledSecurityGroup'),
    ),
  }),
  extensions: fc.dictionary(fc.constantFrom('team', 'tier'), text),
  owners: maybe(fc.array(fc.uuid(), { maxLength: 2 })),
  memberCount: maybe(fc.nat(400_000)),
});
const userProperties = fc.record({
  displayName: maybe(text),
  userPrincipalName: text,
  userType: maybe(fc.constantFrom('Member', 'Guest')),
  accountEnabled: flag,
  mail: maybe(text),
  mailNickname: maybe(text),
  proxyAddresses: fc.array(text, { maxLength: 3 }),
  department: maybe(text),
  businessPhones: fc.array(text, { maxLength: 2 }),
  onPremisesSyncEnabled: seldom,
  onPremisesSecurityIdentifier: maybe(sid),
  manager: maybe(fc.uuid()),
});
const deviceProperties = fc.record({
  displayName: maybe(text),
  deviceId: fc.uuid(),
  accountEnabled: flag,
  trustType: maybe(fc.constantFrom('Workplace', 'AzureAd', 'ServerAd', 'x')),
  operatingSystem: maybe(text),
  approximateLastSignInDateTime: maybe(date),
  physicalIds: fc.array(text, { maxLength: 3 }),
  alternativeSecurityIds: fc.array(
    fc.record({
      type: fc.constantFrom(1, 2),
      key: fc.oneof(fc.base64String(), fc.constant(Buffer.from(deviceKey, 'utf16le').toString('base64'))),
    }),
    { maxLength: 2 },
  ),
  registeredOwners: maybe(fc.array(fc.record({ id: fc.uuid(), sid: maybe(sid) }), { maxLength: 2 })),
});

const head = { id: fc.uuid(), readAt: fc.constant('2026-09-01T08:00:00.000Z') };
const presence = fc.constantFrom('present', 'present', 'present', 'softDeleted');

export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .oneof(
    fc.record({ kind: fc.constant('group'), presence, ...head, properties: groupProperties }),
    fc.record({ kind: fc.constant('user'), presence, ...head, properties: userProperties }),
    fc.record({ kind: fc.constant('device'), presence, ...head, properties: deviceProperties }),
    fc.record({
      kind: fc.constantFrom('group', 'user', 'device'),
      presence: fc.constant('deleted'),
      ...head,
    }),
  )
  .map((snapshot) => Snapshot.parse(snapshot));

export const anyContext: fc.Arbitrary<Context> = fc.record(
  {
    tenant: fc.record(
      { newUnifiedGroupWritebackDefault: flag, changedAt: maybe(date) },
      { requiredKeys: [] },
    ),
    previous: maybe(fc.record({ rule: maybe(fc.constantFrom('First', 'Second', 'Gone')) })),
    nestedIn: fc.record({ rule: fc.constantFrom('First', 'Gone') }),
  },
  { requiredKeys: [] },
);

/** Policies that use much of the language. */
export const policies = [
  '',
  `
groups:
  - rule: First
    when:
      any:
        - { attribute: displayName, operator: regexMatch, value: '[a-m]', ignoreCase: true }
        - { attribute: extension.team, operator: isNotNull }
    writeback: true
    as: mailEnabledSecurity
    nesting: closure
    ou: 'OU={Coalesce(extension.team,visibility)},OU=Groups'
    name: { commonName: '{displayName}', samAccountName: '{mailNickname}{displayName}', samAccountNameLimit: 20, collision: appendId }
    attributes: { info: '{description}', extensionAttribute1: '{extension.tier}' }
    deletion: { disabled: { mode: strip, graceDays: 3 }, outOfScope: delete }
  - rule: Second
    scope: global
    roleAssignable: forbidden
users:
  - { rule: First, when: { attribute: department, operator: isNotNull }, guests: true, ou: 'OU={department}' }
  - { rule: Second, name: { samAccountName: '{displayName}' } }
devices:
  - { rule: First, when: { attribute: daysSinceSignIn, operator: lessThan, value: 300 }, staleAfterDays: 100 }
  - { rule: Second, writeback: false }
`,
] as const;
