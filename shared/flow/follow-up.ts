import { type Change, type EntraId, momentOf, type ObjectRef } from '../domain/index.ts';
import type { WaitingMembers } from '../state/index.ts';
import type { Evaluated } from './evaluate-change.ts';
import type { Surroundings } from './ports.ts';
import { type ReportDeps, reportViolations } from './report-violations.ts';

export type FollowUpDeps = ReportDeps & { readonly waiting: WaitingMembers };

/**
 * What follows from a decision: violations are opened and resolved, members that are left out are
 * remembered so that their appearance in AD brings the group back here, and nested groups that are
 * to be written too are called.
 */
export async function followUp(
  object: ObjectRef,
  evaluated: Extract<Evaluated, { step: 'decided' }>,
  traceparent: string,
  deps: FollowUpDeps,
): Promise<void> {
  const { violations, waitsFor, toWrite, leftOut, displayName } = evaluated;
  const reasonOf = new Map(leftOut.map(({ id, reason }) => [id, reason]));
  const since = momentOf(deps.now());
  const members = waitsFor.map((id) => ({ id, reason: reasonOf.get(id) ?? ('GROUP_NOT_WRITTEN' as const) }));
  await deps.waiting.add(object.id, members, since);
  await callDependants(toWrite, traceparent, deps);
  await reportViolations(object, 'evaluation', displayName, violations, traceparent, deps);
}

/** Asks for a complete look at these groups. */
export async function callDependants(
  groups: readonly EntraId[],
  traceparent: string,
  deps: Surroundings,
): Promise<void> {
  const receivedAt = momentOf(deps.now());
  const changes = groups.map(
    (id): Change => ({
      kind: 'group',
      id,
      cause: 'dependant',
      membership: { read: 'complete' },
      receivedAt,
      attempt: 0,
    }),
  );
  await deps.bus.send(
    'changes',
    changes.map((body) => ({ body })),
    { traceparent },
  );
}
