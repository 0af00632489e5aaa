import type { Dn } from '../../../shared/domain/index.ts';
import type { ObservedMember } from '../../plan/observed.ts';
import type { Connection } from '../connection/connection.ts';
import { extendedDn } from '../connection/controls.ts';
import { textOf } from '../connection/entry.ts';
import { directoryError } from '../errors/directory-error.ts';
import { parseExtendedDn } from '../names/alternative.ts';
import { equals } from '../read/filters.ts';
import { findAt, type Reader } from '../read/find.ts';
import type { Forest } from '../schema/read-forest.ts';
import type { CompleteSettings } from '../settings.ts';
import { parseSlice } from './slice.ts';
import { withMarkers } from './with-markers.ts';

export type MemberSlice = {
  readonly members: readonly ObservedMember[];
  /** Where the next slice begins; undefined after the last one. */
  readonly next: number | undefined;
  /** uSNChanged of the group when this slice was read. */
  readonly version: string | undefined;
};

/**
 * One slice of the members from number `from` on (range retrieval, MS-ADTS §3.1.1.3.1.3.3). Servers may give fewer than
 * asked for; `next` says where to go on. `markedContainers` are full names.
 *
 * @throws DirectoryError where the group is not there or the answer is not whole
 */
export async function readMemberSlice(
  connection: Connection,
  { facts, schema }: Forest,
  group: Dn,
  from: number,
  { memberSlice, markedContainers }: Pick<CompleteSettings, 'memberSlice' | 'markedContainers'>,
): Promise<MemberSlice> {
  const reader: Reader = { connection, schema };
  const wanted = `member;range=${from}-${from + memberSlice - 1}`;
  const entry = await findAt(reader, group, [wanted, 'uSNChanged'], [extendedDn()]);
  if (entry === undefined) throw directoryError('NOT_FOUND', `The group ${group} is not there.`);
  const slice = parseSlice(entry, group, from);
  if (from === 0 && slice.values.length === 0)
    await proveEmpty(reader, facts.baseDn, parseExtendedDn(entry.dn).dn);
  return {
    members: await withMarkers(reader, facts.baseDn, slice.values.map(parseExtendedDn), markedContainers),
    next: slice.next,
    version: textOf(entry, 'uSNChanged'),
  };
}

/**
 * AD shows no members to an account that may not read them, just as if there were none. The other end of the link tells:
 * an object whose memberOf names the group.
 */
async function proveEmpty({ connection }: Reader, baseDn: Dn, group: Dn): Promise<void> {
  const hidden = await connection.search({
    base: baseDn,
    scope: 'sub',
    filter: equals('memberOf', group),
    attributes: ['1.1'],
    binary: [],
    sizeLimit: 1,
  });
  if (hidden.length === 0) return;
  throw directoryError(
    'ACCESS_DENIED',
    `The members of ${group} are there but not shown to the relay account.`,
  );
}
