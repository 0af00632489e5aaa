import type { Operation } from '../../../shared/domain/index.ts';
import type { Applied } from '../directory.ts';
import { DirectoryError } from '../errors/directory-error.ts';
import { nothingToDo, wrote } from './applied.ts';
import { remove } from './operations.ts';
import type { Writer } from './writer.ts';

type Delete = Extract<Operation, { op: 'delete' }>;

/** Deletes the object; where it is gone already there is nothing to do. */
export async function applyDelete({ connection }: Writer, operation: Delete): Promise<Applied> {
  try {
    await remove(connection, operation);
    return wrote(operation.dn);
  } catch (error) {
    if (error instanceof DirectoryError && error.kind === 'notFound') return nothingToDo(operation.dn);
    throw error;
  }
}
