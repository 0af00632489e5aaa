import { type Dn, markerOf, type ObjectKind, type Operation } from '../../shared/domain/index.ts';
import { disabledAccount } from './account.ts';
import { differences } from './attributes.ts';
import { conversionSteps, readGroupType } from './group-type.ts';
import type { ObservedObject } from './observed.ts';
import { convert, modify, removeMembers, type Target } from './operations.ts';
import { nameIn, quarantineDn, standsAt } from './place.ts';
import { emptyPlan, type PlanInput, type Planned, refuse } from './planned.ts';
import type { EndingMode, RemoveTask } from './task.ts';
import { textOf } from './values.ts';

/** Which ways of ending each kind of object has. */
const modesOf: Readonly<Record<ObjectKind, readonly EndingMode[]>> = {
  group: ['delete', 'distribution', 'strip', 'quarantine'],
  user: ['delete', 'quarantine', 'disable'],
  device: ['delete', 'disable'],
};

/**
 * Ends an object in the way the policy says. All ways but `delete` keep the object and its marker,
 * so that it is found again, with its SID, when it returns to scope.
 */
export function planRemoval(task: RemoveTask, input: PlanInput, object: ObservedObject): Planned {
  const { kind } = input.intent.object;
  if (!modesOf[kind].includes(task.mode)) {
    const message = `A ${kind} cannot be ended by "${task.mode}"; possible are ${modesOf[kind].join(', ')}.`;
    return refuse(input, 'PLACE_FORBIDDEN', message);
  }
  if (task.mode === 'quarantine' && task.quarantine === undefined)
    return refuse(input, 'PLACE_FORBIDDEN', 'The removal says "quarantine" but not where to.');
  const operations = [...ending(task, input, object), ...quarantine(task, input, object)];
  return { plan: { operations }, violations: [], leftOut: [], membershipIncomplete: false };
}

/** Nothing is there, or nothing is asked. */
export const nothingToDo: Planned = {
  plan: emptyPlan,
  violations: [],
  leftOut: [],
  membershipIncomplete: false,
};

function ending(task: RemoveTask, input: PlanInput, object: ObservedObject): readonly Operation[] {
  const target: Target = { dn: object.dn, guid: object.guid };
  switch (task.mode) {
    case 'delete':
      return [{ op: 'delete', ...target }];
    case 'distribution':
      return withoutSecurity(object, target);
    case 'strip':
      return removeMembers(target, { remove: input.members.current.map(({ dn }) => dn).toSorted() });
    case 'quarantine':
      return [];
    case 'disable':
      return modify(target, differences(object, [disabled(input.intent.object.kind, object)]));
  }
}

/** A distribution group is in nobody's access token; its SID and members stay. */
function withoutSecurity(object: ObservedObject, target: Target): readonly Operation[] {
  const held = textOf(object, 'groupType');
  const kind = readGroupType(held);
  return kind ? convert(target, held, conversionSteps(kind, { ...kind, security: false })) : [];
}

/**
 * Every way of ending but `delete` may move the object too. Where another object in the quarantine has its
 * name, it is called by its marker there, which no other object has; it gets its name back when it returns.
 */
function quarantine(task: RemoveTask, input: PlanInput, object: ObservedObject): readonly Operation[] {
  const wanted = wantedQuarantine(task, object, input.facts);
  if (wanted === undefined || task.quarantine === undefined) return [];
  const { atTarget } = input.observation;
  const isTaken = atTarget !== undefined && atTarget.guid !== object.guid;
  const to = isTaken
    ? quarantineDn(markerOf(input.intent.object), task.quarantine, input.facts.baseDn)
    : wanted;
  return standsAt(object, to) ? [] : [{ op: 'move', dn: object.dn, guid: object.guid, to }];
}

/** Where an object would stand in quarantine under its own name; undefined where it does not go there. */
export function wantedQuarantine(
  task: RemoveTask,
  object: ObservedObject,
  { baseDn }: Pick<PlanInput['facts'], 'baseDn'>,
): Dn | undefined {
  const name = nameIn(object.dn);
  if (name === undefined || task.quarantine === undefined || task.mode === 'delete') return undefined;
  return quarantineDn(name, task.quarantine, baseDn);
}

const disabled = (kind: ObjectKind, object: ObservedObject) =>
  kind === 'device'
    ? { name: 'msDS-IsEnabled', values: ['FALSE'], comparison: 'exact' as const }
    : {
        name: 'userAccountControl',
        values: [disabledAccount(textOf(object, 'userAccountControl'))],
        comparison: 'exact' as const,
      };
