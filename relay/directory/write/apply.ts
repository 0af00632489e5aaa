import type { Operation } from '../../../shared/domain/index.ts';
import type { Applied } from '../directory.ts';
import { applyCreate } from './create.ts';
import { applyDelete } from './delete.ts';
import { applyMembers } from './members.ts';
import { applyModify } from './modify.ts';
import { applyMove } from './move.ts';
import { applyReanimate } from './reanimate.ts';
import { blameSourceOfAuthority } from './source-of-authority.ts';
import type { Writer } from './writer.ts';

/**
 * Applies one operation. What is already so is a success. Existing objects are written by GUID, so that no other object
 * that has got the DN meanwhile is hit.
 */
export async function apply(writer: Writer, operation: Operation): Promise<Applied> {
  try {
    return await dispatch(writer, operation);
  } catch (error) {
    if (operation.op === 'create' || operation.op === 'reanimate') throw error;
    throw await blameSourceOfAuthority(writer, operation, error);
  }
}

function dispatch(writer: Writer, operation: Operation): Promise<Applied> {
  switch (operation.op) {
    case 'create':
      return applyCreate(writer, operation);
    case 'reanimate':
      return applyReanimate(writer, operation);
    case 'modify':
      return applyModify(writer, operation);
    case 'move':
      return applyMove(writer, operation);
    case 'addMembers':
      return applyMembers(writer, operation, 'add');
    case 'removeMembers':
      return applyMembers(writer, operation, 'remove');
    case 'delete':
      return applyDelete(writer, operation);
  }
}
