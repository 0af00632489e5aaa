import type { ObjectKind } from '../../shared/domain/index.ts';
import type { DirectoryFacts } from '../plan/observed.ts';

const anyPrincipal = ['isRecycled', 'adminCount', 'operatorCount', 'sAMAccountType', 'objectCategory'];

/** A device has no SID to keep, and is created anew. */
const filledIn: Readonly<Record<ObjectKind, readonly string[]>> = {
  group: anyPrincipal,
  user: [
    ...anyPrincipal,
    'primaryGroupID',
    'logonCount',
    'badPwdCount',
    'badPasswordTime',
    'codePage',
    'countryCode',
    'accountExpires',
    'lastLogon',
    'lastLogoff',
    'pwdLastSet',
  ],
  device: [],
};

/**
 * Attributes that must be writable to bring a deleted object back. Windows fills in by itself what a deleted object has
 * lost; Samba does so with the rights of the account (measured with 4.17), so that there it must be given them.
 */
export const writtenByReanimation = (kind: ObjectKind, { vendor }: DirectoryFacts): readonly string[] =>
  vendor === 'samba' ? filledIn[kind] : [];
