import { type Identity, identify } from './identify.ts';
import { nameObjection } from './names.ts';
import { planCreate, planReturn } from './plan-create.ts';
import { nothingToDo, planRemoval } from './plan-removal.ts';
import { planDrift, planUpdate } from './plan-update.ts';
import { type PlanInput, type Planned, refuse } from './planned.ts';
import { placeUnknown, withDeviceComplaint, withMailLeftOut } from './reports.ts';
import type { WriteTask } from './task.ts';

/**
 * Plans one intent. Pure: the same input gives the same plan, and the plan of an object that is as
 * desired is empty.
 *
 * ```
 * marker stands on        intent   what AD has besides            plan
 * ──────────────────────  ───────  ─────────────────────────────  ────────────────────────────────
 * two objects or more     any      anything                       refused, MARKER_CONFLICT
 * one of another class    any      anything                       refused, MARKER_CONFLICT
 * one, with a second one  any      anything                       refused, MARKER_CONFLICT
 *   that names another
 * one object              write    as desired                     empty
 * one object              write    differs                        modify, members, type, move
 * one object              write    desired name is taken          all but the name; NAME_COLLISION
 * one object              write    differs, found by a sweep      the same; DRIFT_OVERWRITTEN, or
 *                                                                 empty; DRIFT_REPORTED
 * one object              remove   anything                       delete, distribution, strip,
 *                                                                 quarantine or disable
 * none, continues a SID   write    its object, unmarked           mark and modify, in its place
 * none, continues a SID   write    its object, marked otherwise   refused, MARKER_CONFLICT
 * none, continues a SID   write    no such object                 refused, ORIGINAL_NOT_FOUND
 * none                    write    a deleted one with the marker  reanimate, modify, members
 * none                    write    desired name is taken          refused, NAME_COLLISION
 * none                    write    an account with the name or    refused, MARKER_CONFLICT; of
 *                                  address a user should get      another one of ours, NAME_COLLISION
 * none                    write    nothing                        create, members
 * none, a device          write    no place for devices           refused, DEVICE_REGISTRATION_WRONG
 * none                    remove   anything                       empty
 * ```
 *
 * Nothing is ever deleted to be created again: a new SID would orphan every ACL.
 */
export function makePlan(input: PlanInput): Planned {
  const { task, intent, observation } = input;
  if (task.do === 'look') return nothingToDo;
  if (task.do === 'write') {
    const objection = inconsistency(task, input);
    if (objection) return refuse(input, 'MESSAGE_REJECTED', objection);
    const badName = nameObjection(task.desired);
    if (badName) return refuse(input, 'NAME_FORBIDDEN', badName);
  }
  const desired = task.do === 'write' ? task.desired : undefined;
  const continues = desired && desired.kind !== 'device' ? desired.continues : undefined;
  const identity = identify(intent.object, continues, observation);
  if (identity.is === 'conflict') return refuse(input, identity.code, identity.message);
  if (task.do === 'remove') {
    return identity.is === 'present' ? planRemoval(task, input, identity.object) : nothingToDo;
  }
  return withMailLeftOut(withDeviceComplaint(planWrite(task, input, identity), input), task, input);
}

function planWrite(
  task: WriteTask,
  input: PlanInput,
  identity: Exclude<Identity, { is: 'conflict' }>,
): Planned {
  switch (identity.is) {
    case 'present':
      return input.intent.cause === 'sweep'
        ? planDrift(task, input, identity.object)
        : planUpdate(task, input, identity.object);
    case 'continued':
      return planUpdate(task, input, identity.object);
    case 'deleted':
      return planReturn(task, input, identity.object);
    case 'absent':
      return placeUnknown(input) ?? planCreate(task, input);
  }
}

/** An intent about one object whose desired object is another one would write under a wrong marker. */
function inconsistency({ desired, membership }: WriteTask, { intent }: PlanInput): string | undefined {
  const { kind, id } = intent.object;
  if (desired.kind !== kind || desired.id !== id)
    return `The intent is about ${kind} ${id}, but what it desires is ${desired.kind} ${desired.id}.`;
  if (kind !== 'group' && membership.kind !== 'unchanged') return `A ${kind} has no members.`;
  return undefined;
}
