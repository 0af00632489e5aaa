import { z } from 'zod';
import { EntraId, type MemberRecord, type MemberType, Sid } from '../../domain/index.ts';
import { flag, sid, text, texts } from './fields.ts';

const Raw = z.looseObject({
  '@odata.type': z
    .string()
    .nullish()
    .transform((type) => type ?? undefined),
  id: EntraId,
  displayName: text,
  userPrincipalName: text,
  userType: text,
  accountEnabled: flag,
  onPremisesSecurityIdentifier: sid,
  onPremisesSyncEnabled: flag,
  deviceId: EntraId.nullish().transform((id) => id ?? null),
  trustType: text,
  groupTypes: texts,
  securityEnabled: flag,
  mailEnabled: flag,
});
type Raw = z.output<typeof Raw>;

const common = ['id', 'displayName', 'onPremisesSecurityIdentifier', 'onPremisesSyncEnabled'] as const;

/** Properties that tell how a member is found in AD, by what it is. */
export const memberSelections = {
  user: [...common, 'userPrincipalName', 'userType', 'accountEnabled'],
  group: [...common, 'groupTypes', 'securityEnabled', 'mailEnabled'],
  device: [...common, 'accountEnabled', 'deviceId', 'trustType'],
} as const satisfies Partial<Record<MemberType, readonly string[]>>;

/** The same for members of any kind; Graph ignores what a kind does not have. */
export const anyMemberSelection: readonly string[] = [
  ...new Set([...memberSelections.user, ...memberSelections.group, ...memberSelections.device]),
];

/** What to select of a deleted object of unknown kind. */
export const deletedSelection: readonly string[] = common;

const types: Readonly<Record<string, MemberType>> = {
  '#microsoft.graph.user': 'user',
  '#microsoft.graph.group': 'group',
  '#microsoft.graph.device': 'device',
  '#microsoft.graph.serviceprincipal': 'servicePrincipal',
  '#microsoft.graph.orgcontact': 'contact',
};

/** Graph writes its types in more than one case (`#Microsoft.Graph.Group` in notifications). */
export const memberTypeOf = (odataType: string | undefined): MemberType =>
  types[odataType?.toLowerCase() ?? ''] ?? 'unknown';

/** What is never null in the full answer, by kind; and the permission without which Graph leaves it out. */
const witnesses = {
  user: { property: 'userPrincipalName', permission: 'User.Read.All' },
  group: { property: 'securityEnabled', permission: 'Group.Read.All' },
  device: { property: 'deviceId', permission: 'Device.Read.All' },
} as const;

/** What the answer itself is of, where Graph does not name the kind: each has what no other has. */
function evidentType(raw: Raw): MemberType | undefined {
  const kinds = ['user', 'group', 'device'] as const;
  return kinds.find((kind) => raw[witnesses[kind].property] !== null);
}

/**
 * A member as Graph told it. To those without permission for its kind Graph gives id and kind, and
 * null for everything else: such a record says nothing about AD, and is refused rather than taken for
 * a cloud-only object. So is one of which nothing tells the kind: it would be left out, and leave AD.
 * `type` is given where the answer was of one kind.
 */
export const memberSchema = (type?: MemberType) =>
  Raw.transform((raw, context): MemberRecord => {
    const named = raw['@odata.type'];
    const kind = type ?? (named === undefined ? evidentType(raw) : memberTypeOf(named));
    if (kind === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['@odata.type'],
        message: `is missing from member ${raw.id}, and nothing else tells whether it is a user, a group or a device`,
      });
      return z.NEVER;
    }
    const witness = kind === 'user' || kind === 'group' || kind === 'device' ? witnesses[kind] : undefined;
    const tellsAccount = raw.onPremisesSecurityIdentifier !== null;
    if (witness && raw[witness.property] === null && !tellsAccount) {
      context.addIssue({
        code: 'custom',
        path: [witness.property],
        message: `is missing from ${kind} ${raw.id}: Graph shows no properties of it. Grant the application permission ${witness.permission}`,
      });
      return z.NEVER;
    }
    return recordOf(raw, kind);
  });

/** A deleted member. Where Graph does not tell its kind or what finds it in AD, it is as good as unknown. */
export const DeletedMember = Raw.extend({
  onPremisesSecurityIdentifier: Sid.nullable().optional(),
}).transform(({ onPremisesSecurityIdentifier, ...raw }): MemberRecord | undefined => {
  const kind = memberTypeOf(raw['@odata.type']);
  if (onPremisesSecurityIdentifier === undefined || kind === 'unknown') return undefined;
  if (kind === 'device' && raw.deviceId === null) return undefined;
  return recordOf({ ...raw, onPremisesSecurityIdentifier }, kind);
});

const recordOf = (raw: Raw, type: MemberType): MemberRecord => ({
  id: raw.id,
  type,
  onPremisesSecurityIdentifier: raw.onPremisesSecurityIdentifier,
  onPremisesSyncEnabled: raw.onPremisesSyncEnabled,
  userType: raw.userType,
  accountEnabled: raw.accountEnabled,
  deviceId: raw.deviceId,
  trustType: raw.trustType,
  groupTypes: raw.groupTypes,
  securityEnabled: raw.securityEnabled,
  mailEnabled: raw.mailEnabled,
  displayName: raw.displayName,
});
