import type { LeftOut, Operation, Plan } from '../../shared/domain/index.ts';
import type { DirectoryError } from '../directory/errors/directory-error.ts';
import { sidName } from '../plan/candidates.ts';
import type { ObservedObject, Resolved } from '../plan/observed.ts';
import type { PlanInput } from '../plan/planned.ts';
import type { Execution } from './execute.ts';

/** What has been written for an intent so far, over all tries. */
export type Progress = {
  readonly done: readonly Operation[];
  readonly membersAdded: number;
  readonly membersRemoved: number;
  readonly leftOut: readonly LeftOut[];
  readonly refused: readonly DirectoryError[];
  readonly created: ObservedObject | undefined;
  /** The group is new or came back and its members are not all known. */
  readonly membershipIncomplete: boolean;
};

export const noProgress: Progress = {
  done: [],
  membersAdded: 0,
  membersRemoved: 0,
  leftOut: [],
  refused: [],
  created: undefined,
  membershipIncomplete: false,
};

export const planOf = ({ done }: Progress): Plan => ({ operations: done });

/** Adds one execution. What AD refused counts as the last try left it. */
export function advance(progress: Progress, execution: Execution, input: PlanInput): Progress {
  return {
    ...progress,
    done: [...progress.done, ...execution.done],
    membersAdded: progress.membersAdded + execution.membersAdded,
    membersRemoved: progress.membersRemoved + execution.membersRemoved,
    leftOut: execution.refusedMembers.map(({ member }) => refusedMember(member, input)),
    refused: execution.refused,
    created: execution.created ?? progress.created,
  };
}

/**
 * A member that AD refused, under the reference that the cloud knows. A SID was sent without looking:
 * refusing it means that AD has no such object.
 */
function refusedMember(member: string, { members, task }: PlanInput): LeftOut {
  const known = members.resolved.find((one) => one.found && one.dn === member);
  if (known) return { ...idOf(known), reference: member, reason: 'REFUSED_BY_AD' };
  const listed =
    task.do === 'write' && task.membership.kind === 'delta'
      ? task.membership.add
      : task.do === 'write' && task.membership.kind === 'complete'
        ? [...task.membership.members, ...task.membership.everyPart]
        : [];
  const bySid = listed.find((one) => one.by === 'sid' && sidName(one.sid) === member);
  return {
    ...(bySid?.id !== undefined && { id: bySid.id }),
    reference: bySid?.by === 'sid' ? bySid.sid : member,
    reason: 'NOT_IN_AD',
  };
}

const idOf = ({ reference }: Resolved) => (reference.id === undefined ? {} : { id: reference.id });
