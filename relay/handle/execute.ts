import type { Dn, ObjectGuid, Operation, Plan } from '../../shared/domain/index.ts';
import type { Applied, Directory } from '../directory/directory.ts';
import { DirectoryError } from '../directory/errors/directory-error.ts';
import type { ObservedObject } from '../plan/observed.ts';
import { createdObject } from '../plan/planned.ts';

/** Members per call, so that a long plan notices between two of them that it has lost its turn. */
const slice = 1000;

/** The session of the object is no longer ours: another relay may be at work on it. */
export class TurnLostError extends Error {
  override readonly name = 'TurnLostError';
}

/** What became of a plan. */
export type Execution = {
  /** The operations that changed AD, with the real GUID of a created object. */
  readonly done: readonly Operation[];
  /** What AD may have taken, for the budgets: `done`, with members counted, and what nobody knows of. */
  readonly charged: readonly Operation[];
  readonly membersAdded: number;
  readonly membersRemoved: number;
  readonly refusedMembers: readonly { readonly member: Dn; readonly message: string }[];
  readonly created: ObservedObject | undefined;
  /** Operations that AD refused for good; those that do not depend on them went on. */
  readonly refused: readonly DirectoryError[];
  /** What ended the plan before its end. */
  readonly stopped: unknown;
};

/**
 * Writes a plan, operation by operation. Never throws: whatever happens, the answer says how far it
 * came, because the books and the record must know. `stillOurs` says whether it is still our turn
 * with the object.
 */
export async function execute(
  directory: Directory,
  plan: Plan,
  stillOurs: () => boolean,
): Promise<Execution> {
  const done: Operation[] = [];
  const charged: Operation[] = [];
  const refused: DirectoryError[] = [];
  const refusedMembers: Applied['refused'][number][] = [];
  let membersAdded = 0;
  let membersRemoved = 0;
  let created: ObservedObject | undefined;
  let stopped: unknown;

  for (const planned of plan.operations.flatMap(sliced)) {
    const operation = withGuid(planned, created?.guid);
    let answered = false;
    try {
      if (!stillOurs()) throw new TurnLostError('The lock on the session of this object has expired.');
      const applied = await directory.apply(operation);
      answered = true;
      if (operation.op === 'addMembers') membersAdded += applied.memberCount;
      if (operation.op === 'removeMembers') membersRemoved += applied.memberCount;
      refusedMembers.push(...applied.refused);
      if (applied.wrote) {
        done.push(operation);
        charged.push(counted(operation, applied.memberCount));
      }
      if (operation.op === 'create') created = await directory.read(applied.dn, ['objectSid']);
    } catch (error) {
      if (!answered && mayHaveWritten(operation, error)) charged.push(operation);
      if (!(error instanceof DirectoryError) || !canGoOn(operation, error)) {
        stopped = error;
        break;
      }
      refused.push(error);
    }
  }
  return { done, charged, membersAdded, membersRemoved, refusedMembers, created, refused, stopped };
}

/** The rest of a plan needs the object, but not that an attribute or a name was taken. */
const canGoOn = (operation: Operation, { retry, code }: DirectoryError): boolean =>
  retry === 'never' && code !== 'CLOSED' && operation.op !== 'create' && operation.op !== 'reanimate';

/** A list of members goes in chunks, of which the first may be written when a later one fails. */
function mayHaveWritten({ op }: Operation, error: unknown): boolean {
  if (error instanceof TurnLostError) return false;
  if (op === 'addMembers' || op === 'removeMembers') return true;
  return !(error instanceof DirectoryError) || error.applied === 'unknown';
}

function sliced(operation: Operation): readonly Operation[] {
  if (operation.op !== 'addMembers' && operation.op !== 'removeMembers') return [operation];
  const parts = Math.ceil(operation.members.length / slice);
  return Array.from({ length: parts }, (_, index) => ({
    ...operation,
    members: operation.members.slice(index * slice, (index + 1) * slice),
  }));
}

const counted = (operation: Operation, count: number): Operation =>
  operation.op === 'removeMembers' ? { ...operation, members: operation.members.slice(0, count) } : operation;

function withGuid(operation: Operation, guid: ObjectGuid | undefined): Operation {
  if (guid === undefined || operation.op === 'create' || operation.guid !== createdObject) return operation;
  return { ...operation, guid };
}
