import { Dn, type ObjectGuid } from '../../../shared/domain/index.ts';
import type { Applied } from '../directory.ts';
import { type DirectoryError, directoryError } from '../errors/directory-error.ts';
import { membersAmong } from '../members/member-states.ts';
import { addressOf, type Target as Group } from '../names/target.ts';
import { chunksOf } from '../read/batches.ts';
import { findAt } from '../read/find.ts';
import { mayBeAboutMembers } from './about-members.ts';
import { distinctMembers } from './distinct-members.ts';
import { lookUp } from './look-up.ts';
import { change, modify } from './operations.ts';
import type { Writer } from './writer.ts';

export type Direction = 'add' | 'remove';

type Target = Group & { readonly members: readonly Dn[] };

type Result = { readonly count: number; readonly refused: Applied['refused'] };

const none: Result = { count: 0, refused: [] };

/**
 * Adds or removes exactly these members, in chunks, sending the values straight away. Only when AD refuses a chunk is it
 * looked up who is a member already; what is left over goes again, and if AD still refuses it, halves find the
 * members that it does not take. The others are written.
 */
export async function applyMembers(writer: Writer, target: Target, direction: Direction): Promise<Applied> {
  const members = await distinctMembers(writer, target.members);
  let total = none;
  for (const chunk of chunksOf(members, writer.memberChunk)) {
    total = sum(total, await writeChunk(writer, target, direction, chunk));
  }
  return { wrote: total.count > 0, dn: target.dn, refused: total.refused, memberCount: total.count };
}

async function writeChunk(
  writer: Writer,
  target: Target,
  direction: Direction,
  chunk: readonly Dn[],
): Promise<Result> {
  const refusal = await send(writer, target, direction, chunk);
  if (refusal === undefined) return { count: chunk.length, refused: [] };
  const { open, unknown } = await classify(writer, target, direction, chunk);
  const isSo = direction === 'add' ? isMemberAlready : isNoMember;
  const known = await sendWhatAdTakes(writer, target, direction, open, isSo);
  // Not in this domain, as far as we see; AD may know better, and says why where it does not.
  const goneIsSo = direction === 'add' ? isMemberAlready : () => true;
  return sum(known, await sendWhatAdTakes(writer, target, direction, unknown, goneIsSo));
}

/** Answers the refusal where it may be about single members; throws where it is about anything else. */
async function send(
  { connection }: Writer,
  target: Target,
  direction: Direction,
  members: readonly Dn[],
): Promise<DirectoryError | undefined> {
  try {
    const operation = direction === 'add' ? 'add' : 'delete';
    await modify(connection, {
      address: addressOf(target),
      object: target.dn,
      changes: [change(operation, 'member', members)],
    });
    return undefined;
  } catch (error) {
    if (mayBeAboutMembers(error)) return error;
    throw error;
  }
}

/** Of these members: those for which there is something to do, and those that we do not find. Each object once. */
async function classify(
  writer: Writer,
  target: Target,
  direction: Direction,
  chunk: readonly Dn[],
): Promise<{ readonly open: readonly Dn[]; readonly unknown: readonly Dn[] }> {
  const group = await findAt(writer, addressOf(target), ['cn']);
  if (group === undefined) {
    throw directoryError(
      'NOT_FOUND',
      `The members of ${target.dn} cannot be changed: the group is not there.`,
    );
  }
  const found = await lookUp(writer, chunk);
  const guids = new Set([...found.values()].map(({ guid }) => guid));
  const current = await membersAmong(writer, writer.baseDn, Dn.parse(group.dn), [...guids]);
  const open = new Map<ObjectGuid, Dn>();
  for (const [member, { guid }] of found) {
    if (current.has(guid) === (direction === 'remove')) open.set(guid, member);
  }
  return { open: [...open.values()], unknown: chunk.filter((member) => !found.has(member)) };
}

/** Halves what AD refuses until single members are left, so that one bad member costs few requests. */
async function sendWhatAdTakes(
  writer: Writer,
  target: Target,
  direction: Direction,
  members: readonly Dn[],
  isSo: (refusal: DirectoryError) => boolean,
): Promise<Result> {
  const [only, ...others] = members;
  if (only === undefined) return none;
  const refusal = await send(writer, target, direction, members);
  if (refusal === undefined) return { count: members.length, refused: [] };
  if (others.length === 0) {
    return isSo(refusal)
      ? none
      : { count: 0, refused: [{ member: only, message: refusal.said ?? refusal.message }] };
  }
  const half = Math.ceil(members.length / 2);
  const first = await sendWhatAdTakes(writer, target, direction, members.slice(0, half), isSo);
  return sum(first, await sendWhatAdTakes(writer, target, direction, members.slice(half), isSo));
}

/** 68 with ERROR_MEMBER_IN_ALIAS (00000562), also for a user's primary group; 20 for a value that is there. */
const isMemberAlready = ({ resultCode }: DirectoryError): boolean => resultCode === 68 || resultCode === 20;

/** 53 with ERROR_MEMBER_NOT_IN_ALIAS (00000561) or Samba's words for it, or 16: somebody else removed it meanwhile. */
const isNoMember = ({ resultCode, adCode, said = '' }: DirectoryError): boolean =>
  resultCode === 16 || adCode === '00000561' || /member (already deleted|doesn't exist)/.test(said);

const sum = (one: Result, other: Result): Result => ({
  count: one.count + other.count,
  refused: [...one.refused, ...other.refused],
});
