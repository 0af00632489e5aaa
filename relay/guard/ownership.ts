import { markerOf, type Operation } from '../../shared/domain/index.ts';
import { absoluteDn, childOf, isBelow } from '../plan/dn.ts';
import { identify } from '../plan/identify.ts';
import { carriesMarker } from '../plan/markers.ts';
import type { DeletedObject, ObservedObject } from '../plan/observed.ts';
import { createdObject, type PlanInput, type Planned, refuse } from '../plan/planned.ts';
import { forbiddenIn } from './forbidden-attributes.ts';
import { deletedProtection, protectionOf } from './protection.ts';

/** What relay.yaml allows. Containers may be relative to the domain. */
export type Territory = {
  readonly containers: readonly string[];
  readonly classes: readonly ('group' | 'user' | 'device')[];
  readonly allowAttributes: readonly string[];
  /** May an object without a marker be marked where the intent names it by its SID? */
  readonly adoptOriginals: boolean;
};

/**
 * The last look before writing, and independent of how the plan came about: each operation must be
 * about the one object that carries our marker (or that the plan creates with it, or that the intent
 * names by its SID to be marked), which stands below an allowed container, stays there, is of an
 * allowed class and belongs neither to the system nor to its administrators. A refusal, or undefined.
 */
export function trespass(planned: Planned, input: PlanInput, territory: Territory): Planned | undefined {
  const { kind } = input.intent.object;
  if (planned.plan.operations.length === 0) return undefined;
  const foreign = foreignKind(input, territory);
  if (foreign) return foreign;
  if (input.task.do === 'write') {
    const names = forbiddenIn(input.task.desired, territory.allowAttributes);
    if (names.length > 0) {
      const message = `The relay does not write ${names.join(', ')} of a ${kind}; nothing was written.`;
      return refuse(input, 'PLACE_FORBIDDEN', message);
    }
  }
  const subject = subjectOf(input);
  const protection = subject && protectionOfSubject(subject, input);
  if (subject && protection)
    return refuse(input, 'PROTECTED_OBJECT', `${subject.dn} is never changed: ${protection}.`);
  if (subject?.object && !territory.adoptOriginals && !carriesMarker(subject.object, input.intent.object)) {
    const message = `${subject.object.dn} carries no marker, and relay.yaml does not allow to mark it (adoptOriginals).`;
    return refuse(input, 'MARKER_CONFLICT', message);
  }
  const origin = subject?.deleted?.lastKnownParent;
  if (origin !== undefined && stoodOutside(origin, input, territory)) {
    const message = `The deleted object stood in ${origin}, outside of the containers that relay.yaml allows.`;
    return refuse(input, 'PLACE_FORBIDDEN', message);
  }
  for (const operation of planned.plan.operations) {
    const refusal = strays(operation, subject, input, territory);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Refuses what relay.yaml gives to nobody or to another relay, whatever else may be wrong with it. */
export function foreignKind(input: PlanInput, { classes }: Territory): Planned | undefined {
  const { kind } = input.intent.object;
  if (classes.includes(kind)) return undefined;
  const message = `relay.yaml does not allow this relay to write objects of kind ${kind} (classes: ${classes.join(', ')}).`;
  return refuse(input, 'PLACE_FORBIDDEN', message);
}

/** The object that is ours, by the same rule as the planner's: the guard does not take the plan's word. */
type Subject = {
  readonly guid: string;
  readonly dn: string;
  readonly object?: ObservedObject;
  readonly deleted?: DeletedObject;
};

function subjectOf({ intent, task, observation }: PlanInput): Subject | undefined {
  const desired = task.do === 'write' ? task.desired : undefined;
  const continues = desired && desired.kind !== 'device' ? desired.continues : undefined;
  const identity = identify(intent.object, continues, observation);
  switch (identity.is) {
    case 'present':
    case 'continued':
      return { guid: identity.object.guid, dn: identity.object.dn, object: identity.object };
    case 'deleted':
      return { guid: identity.object.guid, dn: identity.object.dn, deleted: identity.object };
    case 'absent':
      return { guid: createdObject, dn: '' };
    case 'conflict':
      return undefined;
  }
}

const protectionOfSubject = ({ object, deleted }: Subject, { facts }: PlanInput): string | undefined =>
  object ? protectionOf(object, facts.domainSid) : deletedProtection(deleted, facts.domainSid);

function strays(
  operation: Operation,
  subject: Subject | undefined,
  input: PlanInput,
  territory: Territory,
): Planned | undefined {
  if (operation.op === 'create' && subject?.guid !== createdObject)
    return refuse(
      input,
      'MARKER_CONFLICT',
      `${operation.dn} would be created beside the object that is ours.`,
    );
  if (operation.op === 'create' && !isMarked(operation, input))
    return refuse(input, 'MARKER_CONFLICT', `${operation.dn} would be created without our marker.`);
  if (operation.op !== 'create' && operation.guid !== subject?.guid)
    return refuse(input, 'MARKER_CONFLICT', `${operation.dn} does not carry our marker.`);
  const outside = placesOf(operation).find((dn) => !isInside(dn, input, territory));
  if (outside === undefined) return undefined;
  const allowed = territory.containers.join(' and ') || 'none';
  return refuse(
    input,
    'PLACE_FORBIDDEN',
    `${outside} is outside of the containers that relay.yaml allows (${allowed}).`,
  );
}

/** Where an operation works. A deleted object stands below Deleted Objects until it is brought back. */
const placesOf = (operation: Operation): readonly string[] =>
  operation.op === 'reanimate'
    ? [operation.to]
    : operation.op === 'move'
      ? [operation.dn, operation.to]
      : [operation.dn];

/** Does it stand below a container that relay.yaml allows? */
export const isInside = (
  dn: string,
  { facts }: Pick<PlanInput, 'facts'>,
  { containers }: Territory,
): boolean => containers.some((container) => isBelow(dn, absoluteDn(container, facts.baseDn)));

/** A container that is deleted itself says nothing about where it stood. */
const stoodOutside = (parent: string, input: PlanInput, { containers }: Territory): boolean => {
  const { baseDn } = input.facts;
  if (isBelow(parent, `CN=Deleted Objects,${baseDn}`)) return false;
  return !containers.some((one) => isBelow(childOf('CN', 'x', parent), absoluteDn(one, baseDn)));
};

const isMarked = ({ attributes }: Extract<Operation, { op: 'create' }>, { intent }: PlanInput): boolean =>
  attributes.adminDescription?.[0] === markerOf(intent.object);
