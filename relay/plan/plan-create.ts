import type { DesiredObject, Operation, WireValue } from '../../shared/domain/index.ts';
import { disabledAccount } from './account.ts';
import { groupTypeOf } from './group-type.ts';
import { classOf, holderDetails } from './markers.ts';
import { planMembers } from './members.ts';
import type { DeletedObject } from './observed.ts';
import { addMembers, modify } from './operations.ts';
import { type ChosenNames, type Collisions, chooseNames, collisionsOf, desiredDn } from './place.ts';
import { createdObject, type PlanInput, type Planned, refuse } from './planned.ts';
import { membersRefused } from './reports.ts';
import { conflictsOf, refuseTaken } from './taken.ts';
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
  const refusal = taken(desired, undefined, input);
  if (refusal) return refusal;
  const holders = collisionsOf(input, undefined);
  const names = chooseNames(desired, holders, undefined);
  if (isBlocked(desired, names)) return blocked(desired, holders, input);
  const dn = desiredDn(desired, input.facts.baseDn, names.commonName);
  const attributes: Record<string, readonly WireValue[]> = { objectClass: [...classes[desired.kind]] };
  for (const { name, values } of [...nameTarget(names), ...valueTargets(desired, undefined, input)])
    if (values.length > 0) attributes[name] = values;
  if (desired.kind === 'group') attributes.groupType = [groupTypeOf(desired)];
  return withMembers(task, input, [{ op: 'create', dn, attributes }], { dn, guid: createdObject });
}

/**
 * An object that was deleted and should be there: bring it back with its SID, its GUID and what can
 * be written at once. Type, account state and members that it brought along are put right by a
 * second look, when it is an ordinary object again. An account comes back disabled: a tombstone has lost
 * its password, and only the second look sees whether there is one.
 */
export function planReturn(task: WriteTask, input: PlanInput, object: DeletedObject): Planned {
  const { desired } = task;
  const refusal = taken(desired, object, input);
  if (refusal) return refusal;
  const holders = collisionsOf(input, object);
  const names = chooseNames(desired, holders, undefined);
  if (isBlocked(desired, names)) return blocked(desired, holders, input);
  const to = desiredDn(desired, input.facts.baseDn, names.commonName);
  const target = { dn: to, guid: object.guid };
  const replace = {
    ...Object.fromEntries(
      [...markerTargets(desired, input), ...nameTarget(names)].map(({ name, values }) => [name, values]),
    ),
    ...(desired.kind === 'user' && { userAccountControl: [disabledAccount(object.userAccountControl)] }),
  };
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
  const { domainSid } = input.facts;
  const place = { ref: input.intent.object, guid, scope: desired.scope, domainSid };
  const members = planMembers(membership, place, { ...input.members, current: [], present: new Set() });
  return {
    plan: { operations: [...operations, ...addMembers(target, members)] },
    violations: membersRefused(input, members.leftOut),
    leftOut: members.leftOut,
    membershipIncomplete: membership.kind !== 'complete',
  };
}

/** Why a user is not created: another object has its user principal name or one of its addresses. */
function taken(
  desired: DesiredObject,
  self: { readonly guid: string } | undefined,
  input: PlanInput,
): Planned | undefined {
  const conflicts = conflictsOf(desired, input.taken ?? [], self, input.facts);
  return desired.kind === 'user' && conflicts.length > 0 ? refuseTaken(desired, input, conflicts) : undefined;
}

/** Is there no name left under which the object could be written? */
const isBlocked = (desired: DesiredObject, { commonName, samAccountName }: ChosenNames): boolean =>
  commonName === undefined || (desired.kind !== 'device' && samAccountName === undefined);

/** Nothing is created under a name that another object has. */
function blocked(desired: DesiredObject, { dn, samAccountName }: Collisions, input: PlanInput): Planned {
  const account = desired.kind === 'device' ? '' : desired.samAccountName;
  const message = dn
    ? `${dn.dn} exists and is not ours; nothing was created.`
    : `${samAccountName?.dn ?? 'Another object'} has the sAMAccountName ${account}; nothing was created.`;
  const holder = dn ?? samAccountName;
  return refuse(input, 'NAME_COLLISION', message, holder && holderDetails(holder));
}
