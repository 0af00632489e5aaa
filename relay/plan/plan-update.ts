import type { DesiredObject, Operation, Violation } from '../../shared/domain/index.ts';
import { differences, type TargetAttribute } from './attributes.ts';
import { conversionSteps, groupTypeOf, readGroupType } from './group-type.ts';
import { holderDetails } from './markers.ts';
import { type MemberPlan, planMembers } from './members.ts';
import type { ObservedObject } from './observed.ts';
import { addMembers, convert, modify, removeMembers, type Target } from './operations.ts';
import { type Collisions, chooseNames, collisionsOf, desiredDn, keepsPlace, standsAt } from './place.ts';
import { type PlanInput, type Planned, violationOf } from './planned.ts';
import { drift, membersRefused } from './reports.ts';
import { type Conflict, collisionsOfValues, conflictsOf, withoutTaken } from './taken.ts';
import type { WriteTask } from './task.ts';
import { textOf } from './values.ts';
import { markerTargets, nameTarget, valueTargets } from './wanted.ts';

/**
 * An object that AD has: change what differs, in place. Members go before others come, and the type
 * changes in between, so that nobody is a member of a stronger group for a moment. A name that
 * another object has is left; the rest is written.
 */
export function planUpdate(task: WriteTask, input: PlanInput, object: ObservedObject): Planned {
  const collisions: Collisions = keepsPlace(task.desired, input)
    ? { dn: undefined, samAccountName: undefined }
    : collisionsOf(input, object);
  const target: Target = { dn: object.dn, guid: object.guid };
  const members = memberPlan(task, input, object);
  const conflicts = conflictsOf(task.desired, input.taken ?? [], object, input.facts);
  const operations = [
    ...modify(target, differences(object, attributeTargets(task, input, object, collisions, conflicts))),
    ...removeMembers(target, members),
    ...typeChange(task, object, target),
    ...addMembers(target, members),
    ...move(task, input, object, collisions),
  ];
  return {
    plan: { operations },
    violations: [
      ...nameCollisions(task.desired, input, collisions),
      ...collisionsOfValues(input, conflicts),
      ...membersRefused(input, members.leftOut),
    ],
    leftOut: members.leftOut,
    membershipIncomplete: false,
  };
}

/**
 * What a sweep finds in an object that nothing has happened to in the cloud: a change made by hand.
 * It is overwritten and told, or only told; the marker is written in either case, because it is
 * what keeps the object ours.
 */
export function planDrift(task: WriteTask, input: PlanInput, object: ObservedObject): Planned {
  const planned = planUpdate(task, input, object);
  const found = drift(input, planned.plan.operations, task.desired.drift);
  const violations = [...planned.violations, ...found];
  if (task.desired.drift === 'overwrite') return { ...planned, violations };
  const marking = differences(object, markerTargets(task.desired, input));
  const operations = modify({ dn: object.dn, guid: object.guid }, marking);
  return { ...planned, plan: { operations }, violations };
}

function attributeTargets(
  { desired }: WriteTask,
  input: PlanInput,
  object: ObservedObject,
  collisions: Collisions,
  conflicts: readonly Conflict[],
): readonly TargetAttribute[] {
  const names = keepsPlace(desired, input) ? [] : nameTarget(chooseNames(desired, collisions, object));
  return [...names, ...withoutTaken(valueTargets(desired, object, input), conflicts, object)];
}

function memberPlan(
  { desired, membership }: WriteTask,
  input: PlanInput,
  object: ObservedObject,
): MemberPlan {
  if (desired.kind !== 'group') return { add: [], remove: [], leftOut: [] };
  const { domainSid } = input.facts;
  const target = { ref: input.intent.object, guid: object.guid, scope: desired.scope, domainSid };
  return planMembers(membership, target, input.members);
}

function typeChange({ desired }: WriteTask, object: ObservedObject, target: Target): readonly Operation[] {
  if (desired.kind !== 'group') return [];
  const held = textOf(object, 'groupType');
  const kind = readGroupType(held);
  return convert(target, held, kind ? conversionSteps(kind, desired) : [groupTypeOf(desired)]);
}

/** Rename and move at once, where the name is free. */
function move(
  { desired }: WriteTask,
  input: PlanInput,
  object: ObservedObject,
  collisions: Collisions,
): readonly Operation[] {
  const { commonName } = chooseNames(desired, collisions, object);
  if (keepsPlace(desired, input) || commonName === undefined) return [];
  const to = desiredDn(desired, input.facts.baseDn, commonName);
  if (standsAt(object, to)) return [];
  return [{ op: 'move', dn: object.dn, guid: object.guid, to }];
}

function nameCollisions(
  desired: DesiredObject,
  input: PlanInput,
  { dn, samAccountName }: Collisions,
): readonly Violation[] {
  if (desired.kind !== 'device' && desired.fallback) return [];
  const one = (holder: ObservedObject, name: string): Violation =>
    violationOf(
      input,
      'NAME_COLLISION',
      `${holder.dn} has the ${name} that this object should get.`,
      holderDetails(holder),
    );
  return [
    ...(dn ? [one(dn, 'name')] : []),
    ...(samAccountName ? [one(samAccountName, 'sAMAccountName')] : []),
  ];
}
