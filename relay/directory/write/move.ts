import type { Dn, Operation } from '../../../shared/domain/index.ts';
import { sameDn } from '../../plan/dn.ts';
import type { Applied } from '../directory.ts';
import { DirectoryError, directoryError } from '../errors/directory-error.ts';
import { placeOf } from '../names/dn.ts';
import { addressOf } from '../names/target.ts';
import { findAt } from '../read/find.ts';
import { nothingToDo, wrote } from './applied.ts';
import { rename } from './operations.ts';
import type { Writer } from './writer.ts';

type Move = Extract<Operation, { op: 'move' }>;

/** Renames or moves the object from wherever it stands now. A change of letters alone (`CN=a` to `CN=A`) is a rename. */
export async function applyMove(writer: Writer, operation: Move): Promise<Applied> {
  const { dn, guid, to } = operation;
  const now = await findAt(writer, addressOf(operation), ['cn']);
  if (now === undefined) {
    throw directoryError('NOT_FOUND', `${dn} (${guid}) cannot be renamed: it is not there.`);
  }
  if (standsAt(now.dn, to)) return nothingToDo(to);
  try {
    await rename(writer.connection, now.dn, to);
    return wrote(to);
  } catch (error) {
    throw await blameParent(writer, to, error);
  }
}

/** AD says "no such object" of a missing parent as of a missing object. */
async function blameParent(writer: Writer, to: Dn, error: unknown): Promise<unknown> {
  if (!(error instanceof DirectoryError) || error.code !== 'NOT_FOUND') return error;
  const { parent } = placeOf(to);
  if ((await findAt(writer, parent, ['cn'])) !== undefined) return error;
  return directoryError('PARENT_NOT_FOUND', `${parent} is not there, so nothing can be moved into it.`, {
    resultCode: error.resultCode,
    adCode: error.adCode,
    cause: error,
  });
}

function standsAt(dn: string, to: string): boolean {
  const is = placeOf(dn);
  const wanted = placeOf(to);
  return is.name === wanted.name && sameDn(is.parent, wanted.parent);
}
