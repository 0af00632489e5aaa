import { z } from 'zod';
import {
  Dn,
  Moment,
  markerOf,
  ObjectGuid,
  ObjectRef,
  type Plan,
  type WireValue,
} from '../../shared/domain/index.ts';
import { hasClassOf, markerAttributesFor, markerTexts } from '../plan/markers.ts';
import type { ObservedObject } from '../plan/observed.ts';
import type { PlanInput } from '../plan/planned.ts';
import { valuesOf } from '../plan/values.ts';
import { isInside, type Territory } from './ownership.ts';
import { protectionOf } from './protection.ts';

/** A person's consent that an existing AD object, which is not ours, becomes the one of a cloud object. */
export const Claim = z.strictObject({
  object: ObjectRef,
  dn: Dn,
  guid: ObjectGuid,
  /** What the marker attributes of the object hold, exactly; empty where they must be absent. */
  expects: z.array(z.string().min(1)).max(4).readonly(),
  person: z.string().min(1).max(256),
  reason: z.string().min(1).max(2000),
  at: Moment,
});
export type Claim = z.output<typeof Claim>;

/** Why a claim is refused. The codes are stable. */
export type ClaimRefusal = {
  readonly code:
    | 'NO_SUCH_OBJECT'
    | 'CLAIM_MISMATCH'
    | 'MARKER_CONFLICT'
    | 'PROTECTED_OBJECT'
    | 'PLACE_FORBIDDEN';
  readonly message: string;
};

/**
 * Why an object may not be claimed, or undefined. A claim never reaches further than the relay's own
 * settings: containers, classes and protection hold for it as for every write.
 */
export function objectionTo(
  claim: Claim,
  found: ObservedObject | undefined,
  { observation, facts }: Pick<PlanInput, 'observation' | 'facts'>,
  territory: Territory,
): ClaimRefusal | undefined {
  const { object, dn, guid, expects } = claim;
  if (!found)
    return { code: 'NO_SUCH_OBJECT', message: `${dn} does not exist, or this account may not see it.` };
  if (found.guid !== guid)
    return { code: 'CLAIM_MISMATCH', message: `${dn} has the GUID ${found.guid}, not ${guid} as claimed.` };
  const [other] = observation.marked;
  if (other)
    return {
      code: 'MARKER_CONFLICT',
      message: `${other.dn} carries the marker of ${object.kind} ${object.id} already.`,
    };
  const texts = markerTexts(found).toSorted();
  if (texts.join('\n') !== [...expects].sort().join('\n'))
    return {
      code: 'CLAIM_MISMATCH',
      message: `The marker attributes of ${dn} hold ${listed(texts)}, not ${listed(expects)}.`,
    };
  if (!territory.classes.includes(object.kind) || !hasClassOf(found, object.kind))
    return {
      code: 'PLACE_FORBIDDEN',
      message: `${dn} is no ${object.kind}, or relay.yaml does not allow to write that kind.`,
    };
  if (!isInside(found.dn, { facts }, territory))
    return { code: 'PLACE_FORBIDDEN', message: `${dn} is outside of the containers that relay.yaml allows.` };
  const protection = protectionOf(found, facts.domainSid);
  if (protection) return { code: 'PROTECTED_OBJECT', message: `${dn} is never changed: ${protection}.` };
  return undefined;
}

/** The marker on the object, and nothing else: the rest follows when the cloud evaluates it. */
export function planClaim(
  { object }: Claim,
  found: ObservedObject,
  { facts }: Pick<PlanInput, 'facts'>,
): Plan {
  const names = markerAttributesFor(object.kind, facts);
  const all = (values: (name: string) => readonly WireValue[]) =>
    Object.fromEntries(names.map((name) => [name, values(name)]));
  const replace = all(() => [markerOf(object)]);
  const before = all((name) => valuesOf(found, name));
  return { operations: [{ op: 'modify', dn: found.dn, guid: found.guid, replace, before }] };
}

const listed = (texts: readonly string[]): string => (texts.length === 0 ? 'nothing' : texts.join(' and '));
