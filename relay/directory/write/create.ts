import { Dn, type Operation, type WireValue } from '../../../shared/domain/index.ts';
import { createdObject } from '../../plan/planned.ts';
import { textOf } from '../connection/entry.ts';
import type { Applied } from '../directory.ts';
import { DirectoryError, directoryError } from '../errors/directory-error.ts';
import { findAt } from '../read/find.ts';
import { mayBeAboutMembers } from './about-members.ts';
import { nothingToDo, wrote } from './applied.ts';
import { distinctMembers } from './distinct-members.ts';
import { applyMembers } from './members.ts';
import { type Attributes, add } from './operations.ts';
import type { Writer } from './writer.ts';

type Create = Extract<Operation, { op: 'create' }>;

/**
 * Creates the object in one add, its first members included; further members follow in chunks. Where AD refuses the add
 * because of a member, the object is created without, so that each member can be told from the others. An object with
 * the same marker at this place is the work of an earlier attempt whose answer was lost.
 */
export async function applyCreate(writer: Writer, operation: Create): Promise<Applied> {
  const { member = [], ...attributes } = operation.attributes;
  const members = await distinctMembers(writer, membersOf(member));
  const first = members.slice(0, writer.memberChunk);
  const added = await tryAdd(writer, operation.dn, attributes, first);
  const rest = added === 'withMembers' ? members.slice(first.length) : members;
  if (rest.length === 0) {
    const done = added === 'existed' ? nothingToDo(operation.dn) : wrote(operation.dn);
    return { ...done, memberCount: added === 'withMembers' ? first.length : 0 };
  }
  const created = { dn: operation.dn, guid: createdObject, members: rest };
  const joined = await applyMembers(writer, created, 'add');
  return {
    ...joined,
    wrote: added !== 'existed' || joined.wrote,
    memberCount: joined.memberCount + (added === 'withMembers' ? first.length : 0),
  };
}

async function tryAdd(
  writer: Writer,
  dn: Dn,
  attributes: Attributes,
  members: readonly Dn[],
): Promise<'withMembers' | 'withoutMembers' | 'existed'> {
  try {
    await add(writer.connection, dn, { ...attributes, member: members });
    return 'withMembers';
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    if (error.kind === 'conflict' && (await isOurs(writer, dn, attributes, error))) return 'existed';
    if (members.length === 0 || !mayBeAboutMembers(error)) throw error;
  }
  await add(writer.connection, dn, attributes);
  return 'withoutMembers';
}

/** Does the object that is in the way carry the marker that the new one should get? */
async function isOurs(
  writer: Writer,
  dn: Dn,
  attributes: Attributes,
  error: DirectoryError,
): Promise<boolean> {
  const there = await findAt(writer, dn, ['adminDescription']);
  if (there === undefined) {
    // The name is free, so it is the sAMAccountName that is taken; Samba says the same code for both.
    if (error.resultCode === 68) throw nameInUse(dn, error);
    return false;
  }
  const [marker] = attributes.adminDescription ?? [];
  return marker !== undefined && textOf(there, 'adminDescription') === marker;
}

const nameInUse = (dn: Dn, cause: DirectoryError): DirectoryError =>
  directoryError('NAME_IN_USE', `${dn} cannot be created: its sAMAccountName is taken.`, {
    resultCode: cause.resultCode,
    adCode: cause.adCode,
    cause,
  });

const membersOf = (values: readonly WireValue[]): readonly Dn[] => values.map((value) => Dn.parse(value));
