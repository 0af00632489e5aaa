import type { EntraId, MembershipDelta, Moment } from '../../domain/index.ts';
import type { RecentMember } from '../../state/object-state.ts';

export const emptyDelta: MembershipDelta = { added: [], removed: [] };

export const isEmpty = (delta: MembershipDelta): boolean =>
  delta.added.length === 0 && delta.removed.length === 0;

/** Both deltas one after the other: for a member that stands in both, the later one counts. */
export function mergeDeltas(earlier: MembershipDelta, later: MembershipDelta): MembershipDelta {
  const last = new Map<EntraId, 'added' | 'removed'>();
  for (const delta of [earlier, later]) {
    for (const id of delta.added) last.set(id, 'added');
    for (const id of delta.removed) last.set(id, 'removed');
  }
  const pick = (change: 'added' | 'removed') =>
    [...last].filter(([, what]) => what === change).map(([id]) => id);
  return { added: pick('added'), removed: pick('removed') };
}

/** How long the feed outranks a complete read: Graph is eventually consistent (design §4). */
export const recentMs = 15 * 60 * 1000;

/** Most members that are remembered for one group; beyond it the oldest go first. */
export const recentLimit = 2000;

/** What the feed saw lately, with a new delta on top and what is too old taken off. */
export function remember(
  recent: readonly RecentMember[],
  delta: MembershipDelta,
  now: Date,
  at: Moment,
): readonly RecentMember[] {
  const newest = new Map<EntraId, RecentMember>();
  for (const one of recent) {
    if (now.getTime() - Date.parse(one.at) < recentMs) newest.set(one.id, one);
  }
  for (const change of ['added', 'removed'] as const) {
    for (const id of delta[change]) {
      newest.delete(id);
      newest.set(id, { id, change, at });
    }
  }
  return [...newest.values()].slice(-recentLimit);
}

/**
 * Corrects a complete read by what the feed saw lately. A complete read may be older than a delta
 * that was applied already: it must not bring back a member that was removed, nor take out one that
 * was added. Answers the ids to leave out and the ids to add.
 */
export function corrections(
  recent: readonly RecentMember[],
  now: Date,
): { readonly removed: ReadonlySet<EntraId>; readonly added: ReadonlySet<EntraId> } {
  const fresh = recent.filter((one) => now.getTime() - Date.parse(one.at) < recentMs);
  return {
    removed: new Set(fresh.filter((one) => one.change === 'removed').map((one) => one.id)),
    added: new Set(fresh.filter((one) => one.change === 'added').map((one) => one.id)),
  };
}
