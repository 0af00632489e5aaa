import type { Dn } from '../../../shared/domain/index.ts';
import { identify, identityKey } from '../names/alternative.ts';
import { type Found, lookUp } from './look-up.ts';
import type { Writer } from './writer.ts';

/**
 * Each object once. AD refuses a change that names an object twice, and Samba stores the link twice. Names of one form are
 * compared as they are; where forms are mixed, those that are not SIDs are looked up, since a SID and a GUID may mean
 * the same object.
 */
export async function distinctMembers(writer: Writer, members: readonly Dn[]): Promise<readonly Dn[]> {
  const distinct = [...new Map(members.map((member) => [identityKey(member), member])).values()];
  const forms = new Set(distinct.map((member) => identify(member).by));
  if (forms.size < 2) return distinct;
  const others = distinct.filter((member) => identify(member).by !== 'sid');
  const found = await lookUp(writer, others);
  const byObject = new Map<string, Dn>();
  for (const member of distinct) {
    const key = objectKey(member, found.get(member));
    if (!byObject.has(key)) byObject.set(key, member);
  }
  return [...byObject.values()];
}

const objectKey = (member: Dn, found: Found | undefined): string =>
  found?.sid ?? found?.guid ?? identityKey(member);
