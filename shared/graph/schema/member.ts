import { z } from 'zod';
import { EntraId, type MemberRecord, type MemberType, Sid } from '../../domain/index.ts';
import { flag, sid, text, texts } from './fields.ts';

const Raw = z.looseObject({
  '@odata.type': z.string().optional(),
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
  '#microsoft.graph.servicePrincipal': 'servicePrincipal',
  '#microsoft.graph.orgContact': 'contact',
};

export const memberTypeOf = (odataType: string | undefined): MemberType =>
  types[odataType ?? ''] ?? 'unknown';

/** What is never null in the full answer, by kind; and the permission without which Graph leaves it out. */
const witnesses = {
  user: { property: 'userPrincipalName', permission: 'User.Read.All' },
  group: { property: 'securityEnabled', permission: 'Group.Read.All' },
  device: { property: 'deviceId', permission: 'Device.Read.All' },
} as const;

/**
 * A member as Graph told it. To those without permission for its kind Graph gives id and kind, and
 * null for everything else: such a record says nothing about AD, and is refused rather than taken for
 * a cloud-only object. `type` is given where the answer was of one kind.
 */
export const memberSchema = (type?: MemberType) =>
  Raw.transform((raw, context): MemberRecord => {
    const kind = type ?? memberTypeOf(raw['@odata.type']);
    const witness = kind === 'user' || kind === 'group' || kind === 'device' ? witnesses[kind] : undefined;
    if (witness && raw[witness.property] === null) {
      context.addIssue({
        code: 'custom',
        path: [witness.property],
        message: `is missing from ${kind} ${raw.id}: Graph shows no properties of it. Grant the application permission ${witness.permission}`,
      });
      return z.NEVER;
    }
    return recordOf(raw, kind);
  });

/** A deleted member. Where Graph does not tell what finds it in AD, it is as good as unknown. */
export const DeletedMember = Raw.extend({
  onPremisesSecurityIdentifier: Sid.nullable().optional(),
}).transform(({ onPremisesSecurityIdentifier, ...raw }): MemberRecord | undefined => {
  const kind = memberTypeOf(raw['@odata.type']);
  if (onPremisesSecurityIdentifier === undefined) return undefined;
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
