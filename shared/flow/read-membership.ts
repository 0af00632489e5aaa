import type {
  EntraId,
  LeftOut,
  MemberRecord,
  MembershipDelta,
  ReadOutcome,
  Reference,
} from '../domain/index.ts';
import type { Graph } from '../graph/types.ts';
import type { RecentMember } from '../state/object-state.ts';
import { corrections } from './membership-history.ts';

/** How a member is written, or why not. */
export type MemberVerdict =
  | { readonly written: true; readonly reference: Reference }
  | { readonly written: false; readonly leftOut: LeftOut };

/** Decides over members; asks the state which nested groups, users and devices are written. */
export type JudgeMembers = (members: readonly MemberRecord[]) => Promise<readonly MemberVerdict[]>;

/** What is read of Graph for members. */
export type MemberReader = Pick<Graph, 'readMembers' | 'readMemberRecords'>;

export type CompleteMembership = {
  readonly references: readonly Reference[];
  readonly leftOut: readonly LeftOut[];
  readonly count: number;
};

export type DeltaMembership = {
  readonly add: readonly Reference[];
  readonly remove: readonly Reference[];
  readonly leftOut: readonly LeftOut[];
  /** Removed members that Graph does not know any more, so that only a complete read can take them out. */
  readonly removedUnknown: readonly EntraId[];
  /** Added members that Graph does not know yet. */
  readonly addedUnknown: readonly EntraId[];
};

/**
 * Reads all members of a group, stopping beyond `limit`. What the feed saw in the last 15 minutes
 * outranks the read. Anything but the whole membership is `partial` or `failed`, and removes nothing.
 */
export async function readCompleteMembership(
  group: EntraId,
  reader: MemberReader,
  judge: JudgeMembers,
  recent: readonly RecentMember[],
  now: Date,
  limit: number,
): Promise<ReadOutcome<CompleteMembership>> {
  const { removed, added } = corrections(recent, now);
  const references: Reference[] = [];
  const leftOut: LeftOut[] = [];
  const seen = new Set<EntraId>();
  const take = async (members: readonly MemberRecord[]): Promise<void> => {
    const fresh = members.filter((member) => !seen.has(member.id) && !removed.has(member.id));
    for (const member of fresh) seen.add(member.id);
    for (const verdict of await judge(fresh)) {
      if (verdict.written) references.push(verdict.reference);
      else leftOut.push(verdict.leftOut);
    }
  };
  let whole = false;
  for await (const page of reader.readMembers(group)) {
    if ('failed' in page) return { outcome: 'failed', why: page.failed };
    await take(page.members);
    if (seen.size > limit) break;
    whole = page.last;
  }
  const missing = [...added].filter((id) => !seen.has(id));
  if (missing.length > 0) {
    const records = await reader.readMemberRecords(missing);
    if (records.outcome !== 'complete') return { outcome: 'failed', why: records.why };
    await take([...records.value.values()]);
  }
  const value = { references, leftOut, count: seen.size };
  if (whole || seen.size > limit) return { outcome: 'complete', value };
  const why = {
    code: 'MEMBERS_CUT_SHORT',
    message: `The members of ${group} were not read to the end.`,
    retry: 'later',
  } as const;
  return { outcome: 'partial', value, why };
}

/** Resolves the ids that the feed named to references. */
export async function resolveDelta(
  delta: MembershipDelta,
  reader: MemberReader,
  judge: JudgeMembers,
): Promise<ReadOutcome<DeltaMembership>> {
  const records = await reader.readMemberRecords([...delta.added, ...delta.removed]);
  if (records.outcome !== 'complete') return { outcome: 'failed', why: records.why };
  const known = (ids: readonly EntraId[]): readonly MemberRecord[] =>
    ids.flatMap((id) => records.value.get(id) ?? []);
  const [added, removed] = await Promise.all([judge(known(delta.added)), judge(known(delta.removed))]);
  return {
    outcome: 'complete',
    value: {
      add: added.flatMap((verdict) => (verdict.written ? [verdict.reference] : [])),
      // A member that is left out was never written, so there is nothing to take out.
      remove: removed.flatMap((verdict) => (verdict.written ? [verdict.reference] : [])),
      leftOut: added.flatMap((verdict) => (verdict.written ? [] : [verdict.leftOut])),
      removedUnknown: delta.removed.filter((id) => !records.value.has(id)),
      addedUnknown: delta.added.filter((id) => !records.value.has(id)),
    },
  };
}
