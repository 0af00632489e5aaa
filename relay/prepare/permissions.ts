import { type ObjectKind, Sid } from '../../shared/domain/index.ts';
import { classOf } from '../plan/markers.ts';
import type { Account } from './account.ts';
import type { Named, Permission } from './permission.ts';
import { PrepareError } from './prepare-error.ts';
import type { SchemaIds } from './schema-ids.ts';

/** What a new account with a password needs; the relay never learns or resets a password of anybody. */
export const setPasswordRight = 'User-Force-Change-Password';
/** Counts on the head of the domain (MS-ADTS §5.1.3.2.1). */
export const reanimateRight = 'Reanimate-Tombstones';

/** Read by the relay and written by AD only: whether an account has got a password. */
export const readOnly: Readonly<Record<ObjectKind, readonly string[]>> = {
  group: [],
  user: ['pwdLastSet'],
  device: [],
};

/** Stands for whoever owns an object; what is given to it replaces what owners may do by themselves (MS-DTYP §2.5.3.2). */
const ownerRights = { sid: Sid.parse('S-1-3-4'), name: 'OWNER RIGHTS' } as const;

/** Every name of the schema and of extended rights that the permissions of a kind need. */
export const namesNeeded = (kind: ObjectKind, attributes: readonly string[]) => ({
  attributes: [...attributes, ...readOnly[kind]],
  classes: [classOf[kind]],
  rights: [setPasswordRight, reanimateRight],
});

/**
 * What writeback of a kind needs in the container of its objects, and nothing more: to create and delete them, to move
 * them between containers below, and to read and write each attribute that is written. To rename is to write cn and
 * name; to delete is a right on the parent; an add needs no right on single attributes (MS-ADTS §3.1.1.5.2 to §3.1.1.5.5).
 *
 * Who creates an object owns it, and an owner may change its permissions: that is taken from all owners of
 * such objects below, so that the relay's account cannot give itself more than stands here. It is left out at
 * the head of a domain, where it would concern everybody's groups.
 */
export function permissionsFor(
  kind: ObjectKind,
  account: Account,
  attributes: readonly string[],
  ids: SchemaIds,
  atDomainHead: boolean,
): readonly Permission[] {
  const trustee = { sid: account.sid, name: account.name };
  const objectClass = classNamed(ids, classOf[kind]);
  const below = { trustee, reach: 'below', onlyClass: objectClass } as const;
  return [
    { trustee, rights: ['CC', 'DC'], object: objectClass, reach: 'hereAndBelow' },
    ...attributes.map((name) => ({
      ...below,
      rights: ['RP', 'WP'] as const,
      object: attributeNamed(ids, name),
    })),
    ...readOnly[kind].map((name) => ({
      ...below,
      rights: ['RP'] as const,
      object: attributeNamed(ids, name),
    })),
    ...(kind === 'user'
      ? [{ ...below, rights: ['CR'] as const, object: rightNamed(ids, setPasswordRight) }]
      : []),
    ...(atDomainHead ? [] : [{ ...below, trustee: ownerRights, rights: ['RC'] as const }]),
  ];
}

/** To find the device registration service and see what it says. */
export const readingPermissions = (account: Account): readonly Permission[] => [
  { trustee: { sid: account.sid, name: account.name }, rights: ['LC', 'RP', 'RC'], reach: 'hereAndBelow' },
];

/** To list what was deleted, on CN=Deleted Objects, whose permissions do not reach the objects in it. */
export const listDeletedPermissions = (account: Account): readonly Permission[] => [
  { trustee: { sid: account.sid, name: account.name }, rights: ['LC', 'RP'], reach: 'here' },
];

/** To bring deleted objects back, on the head of the domain. */
export const reanimatePermissions = (account: Account, ids: SchemaIds): readonly Permission[] => [
  {
    trustee: { sid: account.sid, name: account.name },
    rights: ['CR'],
    object: rightNamed(ids, reanimateRight),
    reach: 'here',
  },
];

function attributeNamed(ids: SchemaIds, name: string): Named {
  const found = ids.attribute(name);
  if (found === undefined) {
    throw new PrepareError(
      'UNKNOWN_ATTRIBUTE',
      `The schema of this forest has no attribute "${name}".`,
      'Correct its name, or extend the schema first.',
    );
  }
  return { name, guid: found.guid };
}

function classNamed(ids: SchemaIds, name: string): Named {
  const guid = ids.classOf(name);
  if (guid !== undefined) return { name, guid };
  throw new PrepareError(
    'SCHEMA_TOO_OLD',
    `The schema of this forest has no class ${name}.`,
    'Raise the schema to Windows Server 2012 R2 or later with adprep /forestprep.',
  );
}

function rightNamed(ids: SchemaIds, name: string): Named {
  const guid = ids.right(name);
  if (guid !== undefined) return { name, guid };
  throw new PrepareError(
    'SCHEMA_TOO_OLD',
    `This forest has no extended right ${name}.`,
    'Look below CN=Extended-Rights in the configuration partition.',
  );
}
