import type { DirectoryAccount } from './connection.ts';
import { guidToText, sidToText } from './identifiers.ts';
import type { Entry } from './ldif.ts';
import { search } from './search.ts';
import type { Person, Principal } from './seed-types.ts';

/** All accounts and groups under `base` with the identifiers that the directory gave them, by account name. */
export async function readPrincipals(account: DirectoryAccount, base: string): Promise<readonly Principal[]> {
  return (await readEntries(account, base)).map(toPrincipal);
}

/** All people under `base`, by account name. */
export async function readPeople(account: DirectoryAccount, base: string): Promise<readonly Person[]> {
  return (await readEntries(account, base)).map((entry) => ({
    ...toPrincipal(entry),
    upn: firstOf(entry, 'userPrincipalName'),
    displayName: firstOf(entry, 'displayName'),
  }));
}

async function readEntries(account: DirectoryAccount, base: string): Promise<readonly Entry[]> {
  const wanted = ['objectSid', 'objectGUID', 'sAMAccountName', 'userPrincipalName', 'displayName'];
  const entries = await search(account, base, '(objectSid=*)', wanted);
  return [...entries].sort((a, b) => (firstOf(a, 'sAMAccountName') < firstOf(b, 'sAMAccountName') ? -1 : 1));
}

function toPrincipal(entry: Entry): Principal {
  return {
    dn: entry.dn,
    sid: sidToText(entry.bytes.objectSid?.[0] ?? Buffer.alloc(0)),
    guid: guidToText(entry.bytes.objectGUID?.[0] ?? Buffer.alloc(0)),
    samAccountName: firstOf(entry, 'sAMAccountName'),
  };
}

function firstOf(entry: Entry, attribute: string): string {
  const value = entry.values[attribute]?.[0];
  if (value === undefined) throw new Error(`${entry.dn} has no ${attribute}`);
  return value;
}
