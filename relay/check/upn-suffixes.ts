import { textOf, textsOf } from '../directory/connection/entry.ts';
import { equals } from '../directory/read/filters.ts';
import { findAll } from '../directory/read/find.ts';
import type { Context } from './context.ts';
import { includesName } from './effective.ts';
import { type CheckLine, ok, warning } from './line.ts';

/**
 * Whether the forest knows the suffixes that the policy gives to user principal names: those of its domains, and those that
 * its administrators have added (uPNSuffixes of CN=Partitions, MS-ADTS §6.1.1.2.1). AD takes any other over LDAP, and people
 * cannot log on with it. No line where nobody said which policy holds, or users are not written.
 */
export async function checkUpnSuffixes({
  session,
  settings,
  policy,
}: Context): Promise<readonly CheckLine[]> {
  if (policy === undefined || !settings.classes.includes('user')) return [];
  const given = new Set(
    policy.users
      .filter((rule) => rule.settings.writeback)
      .flatMap((rule) => Object.values(rule.settings.upnSuffixes)),
  );
  const known = await knownSuffixes(session);
  const unknown = [...given].filter((suffix) => !includesName(known, suffix));
  if (given.size === 0)
    return [ok('upn-suffixes', 'The policy keeps the suffixes of user principal names as they are.')];
  if (unknown.length === 0)
    return [
      ok('upn-suffixes', `The forest knows the suffixes that the policy gives to users: ${listed(given)}.`),
    ];
  const detail = `The policy gives users the suffix ${unknown.join(', ')}, which the forest does not know (it knows ${listed(known)}): nobody can log on with it.`;
  const added = unknown.map((suffix) => `"${suffix}"`).join(', ');
  return [warning('upn-suffixes', detail, `Get-ADForest | Set-ADForest -UPNSuffixes @{Add=${added}}`)];
}

async function knownSuffixes(session: Context['session']): Promise<readonly string[]> {
  const { configurationDn } = session.facts;
  const partitions = `CN=Partitions,${configurationDn}`;
  const isPartition = equals('objectClass', 'crossRef');
  const isContainer = equals('objectClass', 'crossRefContainer');
  const [domains, [container]] = await Promise.all([
    findAll(session, partitions, isPartition, ['dnsRoot', 'nETBIOSName']),
    findAll(session, partitions, isContainer, ['uPNSuffixes']),
  ]);
  return [
    // Only the partitions of domains have a NetBIOS name (MS-ADTS §6.1.1.2.1.1).
    ...domains.flatMap((one) => (textOf(one, 'nETBIOSName') === undefined ? [] : textsOf(one, 'dnsRoot'))),
    ...(container === undefined ? [] : textsOf(container, 'uPNSuffixes')),
  ];
}

const listed = (suffixes: Iterable<string>): string => [...suffixes].join(', ') || 'none';
