import type { Filter } from 'ldapts';
import { Dn, Sid } from '../../shared/domain/index.ts';
import { bytesOf, type RawEntry, textOf } from '../directory/connection/entry.ts';
import { sidFromBytes } from '../directory/index.ts';
import { allOf, anyOf, equals, hasSid } from '../directory/read/filters.ts';
import { findAll, findAt } from '../directory/read/find.ts';
import { parseDn } from '../plan/dn.ts';
import { PrepareError } from './prepare-error.ts';
import type { Session } from './session.ts';

/** Who gets the rights: the account with which the relay binds, or a group in which it is. */
export type Account = { readonly dn: Dn; readonly sid: Sid; readonly name: string };

const attributes = ['objectSid', 'sAMAccountName', 'objectClass'];

/**
 * Finds an account by SID, DN, `user@domain`, `DOMAIN\user` or sAMAccountName; a managed service account with or
 * without its `$`.
 *
 * @throws PrepareError where none or more than one answers to the name
 */
export async function findAccount(session: Session, name: string): Promise<Account> {
  const found = await search(session, name.trim());
  const [account, another] = found.flatMap((entry) => accountOf(entry) ?? []);
  if (account === undefined) {
    throw new PrepareError(
      'ACCOUNT_NOT_FOUND',
      `No account in ${session.facts.dnsDomain} answers to "${name}".`,
      'Create the account first, or give its DN, its SID or its name as DOMAIN\\name.',
    );
  }
  if (another !== undefined) {
    throw new PrepareError(
      'ACCOUNT_AMBIGUOUS',
      `"${name}" is the name of ${account.dn} and of ${another.dn}.`,
      'Give the DN or the SID of the one you mean.',
    );
  }
  return account;
}

async function search(session: Session, name: string): Promise<readonly RawEntry[]> {
  const everywhere = (filter: Filter) => findAll(session, session.facts.baseDn, filter, attributes);
  if (parseDn(name) !== undefined) {
    const entry = await findAt(session, name, attributes);
    return entry === undefined ? [] : [entry];
  }
  const sid = Sid.safeParse(name.toUpperCase());
  if (sid.success) return everywhere(hasSid(sid.data));
  const short = /^[^\\]+\\(?<short>.+)$/.exec(name)?.groups?.short ?? name;
  const isPrincipal = equals('objectClass', 'user');
  const bySam = anyOf([equals('sAMAccountName', short), equals('sAMAccountName', `${short}$`)]);
  if (!name.includes('@')) return everywhere(bySam);
  const byUpn = await everywhere(allOf([isPrincipal, equals('userPrincipalName', name)]));
  if (byUpn.length > 0) return byUpn;
  // Every account also answers to sAMAccountName@domain (MS-ADTS §5.1.1.1.1).
  const [local = '', domain = ''] = name.split('@');
  if (domain.toLowerCase() !== session.facts.dnsDomain.toLowerCase()) return [];
  return everywhere(allOf([isPrincipal, equals('sAMAccountName', local)]));
}

function accountOf(entry: RawEntry): Account | undefined {
  const sid = bytesOf(entry, 'objectSid');
  if (sid === undefined) return undefined;
  return {
    dn: Dn.parse(entry.dn),
    sid: sidFromBytes(sid),
    name: textOf(entry, 'sAMAccountName') ?? entry.dn,
  };
}
