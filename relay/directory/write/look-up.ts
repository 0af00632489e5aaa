import type { Filter } from 'ldapts';
import type { Dn, ObjectGuid, Sid } from '../../../shared/domain/index.ts';
import { bytesOf, type RawEntry } from '../connection/entry.ts';
import { identify, identityKey } from '../names/alternative.ts';
import { dnKey } from '../names/dn.ts';
import { guidFromBytes } from '../names/guid.ts';
import { sidFromBytes } from '../names/sid.ts';
import { filterBatch, inBatches } from '../read/batches.ts';
import { anyOf, equals, hasGuid, hasSid } from '../read/filters.ts';
import { findAll } from '../read/find.ts';
import type { Writer } from './writer.ts';

export type Found = { readonly guid: ObjectGuid; readonly sid: Sid | undefined };

/** The objects that these names mean; names of nothing are absent. */
export async function lookUp(writer: Writer, members: readonly Dn[]): Promise<ReadonlyMap<Dn, Found>> {
  const entries = await inBatches(members, filterBatch, (batch) =>
    findAll(writer, writer.baseDn, anyOf(batch.map(filterFor)), ['objectGUID', 'objectSid']),
  );
  const byKey = new Map(
    entries.flatMap((entry) => keysOf(entry).map((key) => [key, foundIn(entry)] as const)),
  );
  return new Map(
    members.flatMap((member) => {
      const found = byKey.get(identityKey(member));
      return found === undefined ? [] : [[member, found] as const];
    }),
  );
}

function filterFor(member: Dn): Filter {
  const identity = identify(member);
  switch (identity.by) {
    case 'guid':
      return hasGuid(identity.guid);
    case 'sid':
      return hasSid(identity.sid);
    case 'name':
      return equals('distinguishedName', identity.dn);
  }
}

function keysOf(entry: RawEntry): readonly string[] {
  const { guid, sid } = foundIn(entry);
  return [guid, ...(sid === undefined ? [] : [sid]), dnKey(entry.dn)];
}

function foundIn(entry: RawEntry): Found {
  const guid = bytesOf(entry, 'objectGUID');
  const sid = bytesOf(entry, 'objectSid');
  if (guid === undefined) throw new Error(`${entry.dn} came without its objectGUID.`);
  return { guid: guidFromBytes(guid), sid: sid === undefined ? undefined : sidFromBytes(sid) };
}
