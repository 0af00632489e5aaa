import { type Dn, keyOf, type LeftOut, type Membership, type Reference } from '../../shared/domain/index.ts';
import {
  byItsSid,
  type Candidate,
  candidateOf,
  type LookUp,
  lookUpIn,
  type MemberTarget,
  namesOf,
  sortOut,
} from './candidates.ts';
import type { MemberFacts } from './member-facts.ts';
import { isDecidedBy, keysOfMember, rangeOf } from './member-keys.ts';
import { isElsewhere } from './member-sids.ts';
import type { ObservedMember } from './observed.ts';
import { referenceKey } from './references.ts';

/** Members to write, as DNs in a fixed order, and those that cannot be written. */
export type MemberPlan = {
  readonly add: readonly Dn[];
  readonly remove: readonly Dn[];
  readonly leftOut: readonly LeftOut[];
};

type Delta = Extract<Membership, { kind: 'delta' }>;
type Complete = Extract<Membership, { kind: 'complete' }>;

/**
 * What must change in the members of a group. A delta touches what it names and nothing else; a
 * complete membership removes a member only where no key of it is listed and all its keys lie in
 * the range of the part.
 */
export function planMembers(membership: Membership, target: MemberTarget, facts: MemberFacts): MemberPlan {
  const lookUp = lookUpIn(facts.resolved);
  switch (membership.kind) {
    case 'unchanged':
      return { add: [], remove: [], leftOut: [] };
    case 'delta':
      return planDelta(membership, target, facts, lookUp);
    case 'complete':
      return planComplete(membership, target, facts, lookUp);
  }
}

function planDelta(delta: Delta, target: MemberTarget, facts: MemberFacts, lookUp: LookUp): MemberPlan {
  const present = new Set([...facts.present].map(referenceKey));
  const { accepted, leftOut } = sortOut(delta.add, target, lookUp);
  // One AD object can stand for two cloud objects: while one of them is a member, it stays.
  const staying = new Set(accepted.flatMap(({ identities }) => identities));
  const leaving = delta.remove
    .map((reference) => leaverOf(reference, target, lookUp, present))
    .filter((one) => one !== undefined)
    .filter(({ identities }) => !identities.some((identity) => staying.has(identity)));
  const coming = accepted.filter(({ reference }) => !present.has(referenceKey(reference)));
  return { add: namesOf(coming), remove: namesOf(leaving), leftOut };
}

/** Whether somebody of another domain is a member, only AD knows; it is asked to remove them, by name or by SID. */
function leaverOf(
  reference: Reference,
  target: MemberTarget,
  lookUp: LookUp,
  present: ReadonlySet<string>,
): Candidate | undefined {
  const resolved = lookUp(reference);
  if (reference.by === 'sid' && isElsewhere(reference, target.domainSid) && !resolved?.found)
    return byItsSid(reference);
  const isMember =
    !resolved || isElsewhere(reference, target.domainSid) || present.has(referenceKey(reference));
  const candidate = isMember ? candidateOf(reference, resolved, target) : undefined;
  return typeof candidate === 'string' ? undefined : candidate;
}

function planComplete(part: Complete, target: MemberTarget, facts: MemberFacts, lookUp: LookUp): MemberPlan {
  const listed = [...part.members, ...part.everyPart];
  const { accepted, leftOut } = sortOut(listed, target, lookUp);
  const listedKeys = new Set<string>(listed.flatMap((reference) => keyOf(reference) ?? []));
  for (const one of facts.resolved) {
    if (one.found) for (const key of [one.guid, one.sid]) if (key) listedKeys.add(key);
  }
  const currentKeys = new Set(facts.current.flatMap(identitiesOf));
  const range = rangeOf(part);
  return {
    add: namesOf(accepted.filter(({ identities }) => !identities.some((one) => currentKeys.has(one)))),
    remove: facts.current
      .filter((member) => isDecidedBy(member, range))
      .filter((member) => !identitiesOf(member).some((key) => listedKeys.has(key)))
      .map(({ dn }) => dn)
      .toSorted(),
    leftOut,
  };
}

const identitiesOf = (member: ObservedMember): readonly string[] => [member.guid, ...keysOfMember(member)];
