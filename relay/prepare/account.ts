import type { Filter } from 'ldapts';
import { Dn, Sid } from '../../shared/domain/index.ts';
import { bytesOf, type RawEntry, textOf } from '../directory/connection/entry.ts';
import { sidFromBytes } from '../directory/index.ts';
import { allOf, anyOf, equals, hasSid } from '../directory/read/filters.ts';
import { findAll, findAt } from '../directory/read/find.ts';
import { absoluteDn, parseDn } from '../plan/dn.ts';
import { PrepareError } from './prepare-error.ts';
import type { Session } from './session.ts';

/** Who gets the rights: the account with which the relay binds, or a group in which it is. */
export type Account = {
  readonly dn: Dn;
  readonly sid: Sid;
  readonly name: string;
  /** Where it is a group: one that can hold rights, or one for mail alone. */
  readonly group?: 'security' | 'distribution' | undefined;
};

const attributes = ['objectSid', 'sAMAccountName', 'objectClass', 'groupType'];

/**
 * Finds an account by SID, DN, `user@domain`, `DOMAIN\user` or sAMAccountName; a managed service account with or
 * without its `$`. An account of another domain is not found, whoever has the same name here.
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
    const entry = await findAt(session, absoluteDn(name, session.facts.baseDn), attributes);
    return entry === undefined ? [] : [entry];
  }
  const sid = Sid.safeParse(name.toUpperCase());
  if (sid.success) return everywhere(hasSid(sid.data));
  const { domain, short } = /^(?:(?<domain>[^\\]+)\\)?(?<short>.+)$/s.exec(name)?.groups ?? {};
  if (short === undefined || (domain !== undefined && !(await isOwnDomain(session, domain)))) return [];
  if (!short.includes('@')) return exactly(short, await everywhere(bySam(short)));
  const isPrincipal = equals('objectClass', 'user');
  const byUpn = await everywhere(allOf([isPrincipal, equals('userPrincipalName', short)]));
  if (byUpn.length > 0) return byUpn;
  // Every account also answers to sAMAccountName@domain (MS-ADTS §5.1.1.1.1).
  const at = short.lastIndexOf('@');
  if (!(await isOwnDomain(session, short.slice(at + 1)))) return [];
  return everywhere(allOf([isPrincipal, equals('sAMAccountName', short.slice(0, at))]));
}

const bySam = (name: string): Filter =>
  anyOf([equals('sAMAccountName', name), equals('sAMAccountName', `${name}$`)]);

/** Who is named so is meant, and not a managed service account beside it whose name has a `$` more. */
function exactly(name: string, found: readonly RawEntry[]): readonly RawEntry[] {
  const exact = found.filter(
    (entry) => textOf(entry, 'sAMAccountName')?.toLowerCase() === name.toLowerCase(),
  );
  return exact.length > 0 ? exact : found;
}

/** Whether the domain has this name, by DNS or by NetBIOS (nETBIOSName of its crossRef, MS-ADTS §6.1.1.2.1.1). */
async function isOwnDomain(session: Session, name: string): Promise<boolean> {
  const { baseDn, configurationDn, dnsDomain } = session.facts;
  if (name.toLowerCase() === dnsDomain.toLowerCase()) return true;
  const isOurs = allOf([equals('nCName', baseDn), equals('nETBIOSName', name)]);
  return (await findAll(session, `CN=Partitions,${configurationDn}`, isOurs, ['cn'])).length > 0;
}

function accountOf(entry: RawEntry): Account | undefined {
  const sid = bytesOf(entry, 'objectSid');
  if (sid === undefined) return undefined;
  return {
    dn: Dn.parse(entry.dn),
    sid: sidFromBytes(sid),
    name: textOf(entry, 'sAMAccountName') ?? entry.dn,
    group: groupOf(entry),
  };
}

/** GROUP_TYPE_SECURITY_ENABLED (MS-ADTS §2.2.12). */
const securityEnabled = 0x80000000;

function groupOf(entry: RawEntry): Account['group'] {
  const type = textOf(entry, 'groupType');
  if (type === undefined) return undefined;
  return (Number(type) & securityEnabled) === 0 ? 'distribution' : 'security';
}
