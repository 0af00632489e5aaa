import type { Operation, WireValue } from '../../shared/domain/index.ts';
import { absoluteDn } from './dn.ts';
import { groupTypeOf } from './group-type.ts';
import { classOf } from './markers.ts';
import { planMembers } from './members.ts';
import type { DeletedObject } from './observed.ts';
import { addMembers, modify } from './operations.ts';
import { collisionsOf, desiredDn } from './place.ts';
import { createdObject, type PlanInput, type Planned, refuse } from './planned.ts';
import { membersRefused } from './reports.ts';
import type { WriteTask } from './task.ts';
import { markerTargets, nameTarget, valueTargets } from './wanted.ts';

/** The superclasses of each class, for AD versions that do not fill them in. */
const classes = {
  group: ['top', 'group'],
  user: ['top', 'person', 'organizationalPerson', 'user'],
  device: ['top', classOf.device],
} as const;

/** An object that AD does not have: create it, with the members that are known. */
export function planCreate(task: WriteTask, input: PlanInput): Planned {
  const { desired } = task;
  const blocked = blockedName(task, input);
  if (blocked) return blocked;
  const dn = desiredDn(desired, input.facts.baseDn);
  const attributes: Record<string, readonly WireValue[]> = { objectClass: [...classes[desired.kind]] };
  for (const { name, values } of [...nameTarget(desired), ...valueTargets(desired, undefined, input)])
    if (values.length > 0) attributes[name] = values;
  if (desired.kind === 'group') attributes.groupType = [groupTypeOf(desired)];
  return withMembers(task, input, [{ op: 'create', dn, attributes }], { dn, guid: createdObject });
}

/**
 * An object that was deleted and should be there: bring it back with its SID, its GUID and what can
 * be written at once. Type, account state and members that it brought along are put right by a
 * second look, when it is an ordinary object again.
 */
export function planReturn(task: WriteTask, input: PlanInput, object: DeletedObject): Planned {
  const { desired } = task;
  const blocked = blockedName(task, input);
  if (blocked) return blocked;
  const to = desiredDn(desired, input.facts.baseDn);
  const target = { dn: to, guid: object.guid };
  const replace = Object.fromEntries(
    [...markerTargets(desired, input), ...nameTarget(desired)].map(({ name, values }) => [name, values]),
  );
  const operations: readonly Operation[] = [
    { op: 'reanimate', dn: object.dn, guid: object.guid, to },
    ...modify(target, { replace, before: {} }),
  ];
  return withMembers(task, input, operations, target);
}

function withMembers(
  task: WriteTask,
  input: PlanInput,
  operations: readonly Operation[],
  target: Parameters<typeof addMembers>[0],
): Planned {
  const { desired, membership } = task;
  if (desired.kind !== 'group')
    return { plan: { operations }, violations: [], leftOut: [], membershipIncomplete: false };
  const guid = target.guid === createdObject ? undefined : target.guid;
  const place = { ref: input.intent.object, guid, scope: desired.scope };
  const members = planMembers(membership, place, { ...input.members, current: [], present: new Set() });
  return {
    plan: { operations: [...operations, ...addMembers(target, members)] },
    violations: membersRefused(input, members.leftOut),
    leftOut: members.leftOut,
    membershipIncomplete: membership.kind !== 'complete',
  };
}

/** Nothing is created under a name that another object has. */
function blockedName({ desired }: WriteTask, input: PlanInput): Planned | undefined {
  const { dn, samAccountName } = collisionsOf(input.observation, undefined);
  if (dn) return refuse(input, 'NAME_COLLISION', `${dn.dn} exists and is not ours; nothing was created.`);
  if (samAccountName && desired.kind !== 'device') {
    const container = absoluteDn(desired.container, input.facts.baseDn);
    const message = `${samAccountName.dn} has the sAMAccountName ${desired.samAccountName}; nothing was created in ${container}.`;
    return refuse(input, 'NAME_COLLISION', message);
  }
  return undefined;
}
