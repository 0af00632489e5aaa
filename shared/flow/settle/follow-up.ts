import {
  type Change,
  type EntraId,
  type MemberReasonCode,
  type Moment,
  momentOf,
  type ObjectKind,
  type ObjectRef,
} from '../../domain/index.ts';
import { type Policy, requirements } from '../../policy/index.ts';
import type { Dependants, ObjectStates, WaitingMembers } from '../../state/index.ts';
import type { Evaluated } from '../evaluate/evaluate-change.ts';
import { membershipCodesOf } from '../evaluate/membership-violations.ts';
import type { Surroundings } from '../ports.ts';
import { type ReportDeps, reportViolations } from './report-violations.ts';

export type FollowUpDeps = ReportDeps & {
  readonly waiting: WaitingMembers;
  readonly dependants: Dependants;
  readonly states: Pick<ObjectStates, 'load'>;
  readonly policy: () => Promise<Policy>;
};

/**
 * What follows from a decision: violations are opened and resolved, members that are left out (and
 * managers and owners that are missing) are remembered so that their appearance in AD brings the
 * object back here, and nested groups that are to be written too are called.
 */
export async function followUp(
  object: ObjectRef,
  evaluated: Extract<Evaluated, { step: 'decided' }>,
  traceparent: string,
  deps: FollowUpDeps,
): Promise<void> {
  const { decision, violations, toWrite, displayName } = evaluated;
  const since = momentOf(deps.now());
  const waitsFor = await remember(object, evaluated, since, deps);
  await callDependants(groups(toWrite), traceparent, deps);
  if (await anyWritten(waitsFor, deps)) await callDependants([object], traceparent, deps);
  // A look that did not ask for all members says nothing of those that were left out before.
  const { leftOut } = await deps.states.load(object);
  const stillThere = decision.outcome === 'write' ? membershipCodesOf(leftOut) : [];
  await reportViolations(object, 'evaluation', displayName, violations, traceparent, deps, stillThere);
}

/** Remembers for whom the object waits; answers those that our writeback may bring. */
async function remember(
  object: ObjectRef,
  { waitsFor, leftOut }: Extract<Evaluated, { step: 'decided' }>,
  since: Moment,
  deps: FollowUpDeps,
): Promise<readonly ObjectRef[]> {
  if (object.kind !== 'group') {
    await deps.dependants.add(object, waitsFor, since);
    return waitsFor.map((id) => ({ kind: 'user', id }));
  }
  const reasonOf = new Map(leftOut.map(({ id, reason }) => [id, reason]));
  const members = waitsFor.map((id) => ({ id, reason: reasonOf.get(id) ?? ('GROUP_NOT_WRITTEN' as const) }));
  await deps.waiting.add(object.id, members, since);
  return leftOut.flatMap(({ id, reason }) => {
    const kind = missingKinds[reason];
    return id && kind ? [{ kind, id }] : [];
  });
}

/** Reasons that end when the relay has written the member. */
const missingKinds: Readonly<Partial<Record<MemberReasonCode, ObjectKind>>> = {
  CLOUD_ONLY_USER: 'user',
  DEVICE_NOT_WRITTEN: 'device',
  GROUP_NOT_WRITTEN: 'group',
};

/**
 * Whether one of them was written between the decision, which did not find it, and our remembering
 * that we wait for it: then nobody else would call.
 */
async function anyWritten(objects: readonly ObjectRef[], deps: FollowUpDeps): Promise<boolean> {
  const { users, devices } = requirements(await deps.policy());
  const possible = { group: true, user: users.written, device: devices.written };
  const asked = objects.filter(({ kind }) => possible[kind]);
  for (let from = 0; from < asked.length; from += width) {
    const states = await Promise.all(asked.slice(from, from + width).map((one) => deps.states.load(one)));
    if (states.some(({ written }) => written)) return true;
  }
  return false;
}

/** How many states are read at the same time. */
const width = 16;

const groups = (ids: readonly EntraId[]): readonly ObjectRef[] => ids.map((id) => ({ kind: 'group', id }));

/** Asks for another look at these objects, at groups with all their members. */
export async function callDependants(
  objects: readonly ObjectRef[],
  traceparent: string,
  deps: Surroundings,
): Promise<void> {
  if (objects.length === 0) return;
  const receivedAt = momentOf(deps.now());
  const changes = objects.map(
    ({ kind, id }): Change => ({
      kind,
      id,
      cause: 'dependant',
      membership: { read: kind === 'group' ? 'complete' : 'none' },
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
