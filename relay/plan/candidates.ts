import {
  Dn,
  type GroupScope,
  type LeftOut,
  type MemberReasonCode,
  type ObjectGuid,
  type ObjectRef,
  type Reference,
} from '../../shared/domain/index.ts';
import { mayNest } from './group-type.ts';
import { needsLookup } from './member-facts.ts';
import { isElsewhere, isWellKnownSid } from './member-sids.ts';
import type { Resolved } from './observed.ts';
import { leftOutOf, referenceKey } from './references.ts';

/** The group whose members are planned. `guid` is undefined where the group does not exist yet. */
export type MemberTarget = {
  readonly ref: ObjectRef;
  readonly guid: ObjectGuid | undefined;
  readonly scope: GroupScope;
  readonly domainSid: string;
};

/** A member that may be written: its name, and every identity by which it could be listed twice. */
export type Candidate = {
  readonly reference: Reference;
  readonly dn: Dn;
  readonly identities: readonly string[];
};

export type LookUp = (reference: Reference) => Resolved | undefined;

/** Classes that may be members of a group that we write. */
const memberClasses = [
  'user',
  'inetorgperson',
  'group',
  'computer',
  'contact',
  'msds-device',
  'foreignsecurityprincipal',
  'msds-managedserviceaccount',
  'msds-groupmanagedserviceaccount',
];

/** Finds what AD said of a reference, whichever object holds the reference. */
export function lookUpIn(resolved: readonly Resolved[]): LookUp {
  const byKey = new Map(resolved.map((one) => [referenceKey(one.reference), one]));
  return (reference) => byKey.get(referenceKey(reference));
}

/** Parts references into those that may be members and those that are left out, each with its reason. */
export function sortOut(references: readonly Reference[], target: MemberTarget, lookUp: LookUp) {
  const accepted: Candidate[] = [];
  const leftOut: LeftOut[] = [];
  for (const reference of references) {
    const resolved = lookUp(reference);
    const candidate = objection(reference, resolved, target) ?? candidateOf(reference, resolved, target);
    if (typeof candidate === 'string') leftOut.push(leftOutOf(reference, candidate));
    else accepted.push(candidate);
  }
  return { accepted, leftOut };
}

/** The member that a reference stands for, or why there is none. */
export function candidateOf(
  reference: Reference,
  resolved: Resolved | undefined,
  { domainSid }: Pick<MemberTarget, 'domainSid'>,
): Candidate | MemberReasonCode {
  if (resolved?.found) {
    const identities = [resolved.guid, resolved.sid].filter((one) => one !== undefined);
    return { reference, dn: resolved.dn, identities };
  }
  if (isElsewhere(reference, domainSid)) return 'OTHER_DOMAIN';
  if (resolved) return resolved.reason;
  if (reference.by !== 'sid' || needsLookup(reference, domainSid)) return 'NOT_IN_AD';
  return byItsSid(reference);
}

/** A SID as AD takes it, without looking. */
export const byItsSid = (reference: Extract<Reference, { by: 'sid' }>): Candidate => ({
  reference,
  dn: sidName(reference.sid),
  identities: [reference.sid],
});

/**
 * Each AD object once, in a fixed order: one member change that names the same object twice
 * corrupts the link on Samba and is refused by AD.
 */
export function namesOf(candidates: readonly Candidate[]): readonly Dn[] {
  const seen = new Set<string>();
  const once: Dn[] = [];
  for (const { dn, identities } of candidates) {
    if (identities.some((identity) => seen.has(identity))) continue;
    for (const identity of identities) seen.add(identity);
    once.push(dn);
  }
  return once.toSorted();
}

/** A name that AD takes for the object with this SID (MS-ADTS §3.1.1.3.1.2.4). */
export const sidName = (sid: string): Dn => Dn.parse(`<SID=${sid}>`);

function objection(
  reference: Reference,
  resolved: Resolved | undefined,
  target: MemberTarget,
): MemberReasonCode | undefined {
  if (reference.by === 'marker' && reference.kind === target.ref.kind && reference.id === target.ref.id)
    return 'PROTECTED';
  if (reference.by === 'sid' && isWellKnownSid(reference.sid)) return 'PROTECTED';
  if (!resolved?.found) return undefined;
  if (resolved.guid === target.guid) return 'PROTECTED';
  if (!memberClasses.includes(resolved.objectClass.toLowerCase())) return 'PROTECTED';
  const elsewhere = isElsewhere(reference, target.domainSid);
  if (elsewhere && (target.scope === 'global' || resolved.scope === 'domainLocal')) return 'REFUSED_BY_AD';
  return resolved.scope && !mayNest(resolved.scope, target.scope) ? 'REFUSED_BY_AD' : undefined;
}
