import type { Dn } from '../../shared/domain/index.ts';
import { textOf, textsOf } from '../directory/connection/entry.ts';
import { findAt } from '../directory/read/find.ts';
import type { Session } from '../prepare/session.ts';

/** What AD says that the account which asks may do to an object (MS-ADTS §3.1.1.4.5). */
export type Effective = {
  readonly objectClass: readonly string[];
  /** Classes of objects that it may create directly below. */
  readonly children: readonly string[];
  /** Attributes that it may write. */
  readonly attributes: readonly string[];
  /** Whether it may change the owner or the permissions. */
  readonly permissions: boolean;
};

/** OWNER_SECURITY_INFORMATION and DACL_SECURITY_INFORMATION in sDRightsEffective. */
const ownerOrDacl = 0x1 | 0x4;

/** AD computes it anew for each question: a test that writes nothing. Undefined where the account sees no such object. */
export async function effectiveRights(session: Session, dn: Dn): Promise<Effective | undefined> {
  const asked = [
    'objectClass',
    'allowedChildClassesEffective',
    'allowedAttributesEffective',
    'sDRightsEffective',
  ];
  const entry = await findAt(session, dn, asked);
  const objectClass = entry === undefined ? [] : textsOf(entry, 'objectClass');
  if (entry === undefined || objectClass.length === 0) return undefined;
  return {
    objectClass,
    children: textsOf(entry, 'allowedChildClassesEffective'),
    attributes: textsOf(entry, 'allowedAttributesEffective'),
    permissions: (Number(textOf(entry, 'sDRightsEffective') ?? 0) & ownerOrDacl) !== 0,
  };
}

/** The classes of an object; undefined where there is none, or where the account may not see what it is. */
export async function classesAt(session: Session, dn: Dn): Promise<readonly string[] | undefined> {
  const entry = await findAt(session, dn, ['objectClass']);
  const classes = entry === undefined ? [] : textsOf(entry, 'objectClass');
  return classes.length === 0 ? undefined : classes;
}

export const includesName = (names: readonly string[], name: string): boolean =>
  names.some((one) => one.toLowerCase() === name.toLowerCase());
