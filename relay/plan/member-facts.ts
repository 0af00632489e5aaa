import type { Membership, Reference } from '../../shared/domain/index.ts';
import { inRange, keysOfMember, rangeOf } from './member-keys.ts';
import { isElsewhere } from './member-sids.ts';
import type { ObservedMember, Resolved } from './observed.ts';

/** What AD said about the members that an intent speaks of. */
export type MemberFacts = {
  /** What was found for the references that must be looked up (see needsLookup). */
  readonly resolved: readonly Resolved[];
  /** For a delta: which of the looked-up references are members now. */
  readonly present: ReadonlySet<Reference>;
  /** For a complete membership: the members now, at least those that the intent can concern. */
  readonly current: readonly ObservedMember[];
  /** How many members the group has now, where they were counted. */
  readonly size: number | undefined;
};

export const noMemberFacts: MemberFacts = {
  resolved: [],
  present: new Set(),
  current: [],
  size: undefined,
};

/**
 * Must AD be asked about this reference before it can stand in a plan? A SID of the domain need not: AD takes
 * `<SID=…>` as a member. Groups are looked up all the same, because their scope decides whether
 * they may be nested, and what is of another domain, because only its name says to AD which one is meant.
 */
export const needsLookup = (reference: Reference, domainSid: string): boolean =>
  reference.by !== 'sid' || reference.kind === 'group' || isElsewhere(reference, domainSid);

/** Every reference of a membership, in the order given. */
export function referencesOf(membership: Membership): readonly Reference[] {
  switch (membership.kind) {
    case 'unchanged':
      return [];
    case 'delta':
      return [...membership.add, ...membership.remove];
    case 'complete':
      return [...membership.members, ...membership.everyPart];
  }
}

/**
 * Can a part of a complete membership concern this member? Used while the members of a large group
 * stream by, so that only those are kept.
 */
export function concernsMember(
  membership: Membership,
  listedGuids: ReadonlySet<string>,
  member: ObservedMember,
): boolean {
  if (membership.kind !== 'complete') return false;
  const range = rangeOf(membership);
  const keys = keysOfMember(member);
  const anyKey = keys.length === 0 ? range.after === null : keys.some((key) => inRange(key, range));
  return anyKey || listedGuids.has(member.guid);
}
