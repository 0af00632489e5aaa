import type { MemberVerdict } from '../../desired/index.ts';
import type {
  EntraId,
  LeftOut,
  MemberRecord,
  MembershipDelta,
  ReadOutcome,
  Reference,
} from '../../domain/index.ts';
import type { Graph, MemberStep } from '../../graph/index.ts';
import type { RecentMember } from '../../state/index.ts';
import type { JudgeMembers } from './judge-members.ts';
import { corrections } from './membership-history.ts';

/** What is read of Graph for single members. */
export type MemberReader = Pick<Graph, 'readMemberRecords'>;

export type CompleteMembership = {
  readonly references: readonly Reference[];
  readonly leftOut: readonly LeftOut[];
  /** Nested groups that have to be written first. */
  readonly toWrite: readonly EntraId[];
  /** Nested groups whose members are written in their place. */
  readonly expanded: readonly EntraId[];
  readonly count: number;
};

export type DeltaMembership = {
  readonly add: readonly Reference[];
  readonly remove: readonly Reference[];
  readonly leftOut: readonly LeftOut[];
  readonly toWrite: readonly EntraId[];
  /** Only a complete read can follow: a removed member is unknown to Graph, or a nested group is expanded. */
  readonly needsComplete: boolean;
  /** Added members that Graph does not know yet. */
  readonly addedUnknown: readonly EntraId[];
};

/**
 * Reads all members of a group, stopping beyond `limit`. What the feed saw in the last 15 minutes
 * outranks the read. Anything but the whole membership is `partial` or `failed`, and removes nothing.
 */
export async function readCompleteMembership(o: {
  readonly group: EntraId;
  readonly pages: AsyncIterable<MemberStep>;
  readonly reader: MemberReader;
  readonly judge: JudgeMembers;
  readonly recent: readonly RecentMember[];
  readonly now: Date;
  readonly limit: number;
}): Promise<ReadOutcome<CompleteMembership>> {
  const { removed, added } = corrections(o.recent, o.now);
  const seen = new Set<EntraId>();
  const verdicts: MemberVerdict[] = [];
  const take = async (members: readonly MemberRecord[]): Promise<void> => {
    const fresh = members.filter((member) => !seen.has(member.id) && !removed.has(member.id));
    for (const member of fresh) seen.add(member.id);
    verdicts.push(...(await o.judge(fresh)));
  };
  let whole = false;
  for await (const page of o.pages) {
    if ('failed' in page) return { outcome: 'failed', why: page.failed };
    await take(page.members);
    whole = page.last;
    if (seen.size > o.limit) break;
  }
  const missing = [...added].filter((id) => !seen.has(id));
  if (missing.length > 0) {
    const records = await o.reader.readMemberRecords(missing);
    if (records.outcome !== 'complete') return { outcome: 'failed', why: records.why };
    await take([...records.value.values()]);
  }
  const value = { ...sort(verdicts), count: seen.size };
  if (whole || seen.size > o.limit) return { outcome: 'complete', value };
  const message = `The members of ${o.group} were not read to the end.`;
  return { outcome: 'partial', value, why: { code: 'MEMBERS_CUT_SHORT', message, retry: 'later' } };
}

/** Resolves the ids that the feed named to references. */
export async function resolveDelta(
  delta: MembershipDelta,
  reader: MemberReader,
  judge: JudgeMembers,
  judgeRemoved: JudgeMembers,
): Promise<ReadOutcome<DeltaMembership>> {
  const records = await reader.readMemberRecords([...delta.added, ...delta.removed]);
  if (records.outcome !== 'complete') return { outcome: 'failed', why: records.why };
  const known = (ids: readonly EntraId[]): readonly MemberRecord[] =>
    ids.flatMap((id) => records.value.get(id) ?? []);
  const [added, removed] = await Promise.all([judge(known(delta.added)), judgeRemoved(known(delta.removed))]);
  const unknown = (ids: readonly EntraId[]): readonly EntraId[] => ids.filter((id) => !records.value.has(id));
  const isExpanded = (verdict: MemberVerdict): boolean => !verdict.written && verdict.nested === 'expand';
  const { references: add, leftOut, toWrite } = sort(added);
  return {
    outcome: 'complete',
    value: {
      add,
      remove: sort(removed).references,
      leftOut,
      toWrite,
      needsComplete: unknown(delta.removed).length > 0 || [...added, ...removed].some(isExpanded),
      addedUnknown: unknown(delta.added),
    },
  };
}

function sort(verdicts: readonly MemberVerdict[]) {
  const references: Reference[] = [];
  const leftOut: LeftOut[] = [];
  const toWrite: EntraId[] = [];
  const expanded: EntraId[] = [];
  for (const verdict of verdicts) {
    if (verdict.written) references.push(verdict.reference);
    // An expanded group is not left out: its members are written in its place.
    else if (verdict.nested === 'expand') expanded.push(...idOf(verdict.leftOut));
    else leftOut.push(verdict.leftOut);
    if (!verdict.written && verdict.nested === 'write') toWrite.push(...idOf(verdict.leftOut));
  }
  return { references, leftOut, toWrite, expanded };
}

const idOf = ({ id }: LeftOut): readonly EntraId[] => (id ? [id] : []);
