import type { DirectoryAccount } from './connection.ts';
import type { Entry } from './ldif.ts';
import { search } from './search.ts';

/**
 * Attributes that a domain controller changes by itself when somebody merely binds (MS-ADA1, MS-ADA2). Everything
 * else stays in, uSNChanged and the security descriptor included: they show a write that changed nothing else. Only the
 * first logon of an account in about ten days shows as a write of that account, through lastLogonTimestamp.
 */
export const logonNoise: readonly string[] = [
  'badPasswordTime',
  'badPwdCount',
  'lastLogon',
  'lastLogonTimestamp',
  'logonCount',
];

/**
 * A subtree as canonical text: two dumps are equal if and only if nothing in it was written in between.
 *
 * @param except attributes to leave out; default: {@link logonNoise}
 */
export async function dump(
  account: DirectoryAccount,
  base: string,
  except: readonly string[] = logonNoise,
): Promise<string> {
  const entries = await search(account, base, '(objectClass=*)', ['*', 'nTSecurityDescriptor']);
  return entries
    .map((entry) => render(entry, except))
    .sort()
    .join('\n');
}

function render(entry: Entry, except: readonly string[]): string {
  const lines = Object.entries(entry.bytes)
    .filter(([name]) => !except.includes(name))
    .flatMap(([name, values]) => values.map((value) => `${name}: ${printable(value)}`))
    .sort();
  return [`dn: ${entry.dn}`, ...lines, ''].join('\n');
}

/** Text as it is, anything else in hexadecimal, so that differences can be read. */
function printable(value: Buffer): string {
  const text = value.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(value) && !/\p{Cc}/u.test(text);
  return isText ? text : `hex ${value.toString('hex')}`;
}
