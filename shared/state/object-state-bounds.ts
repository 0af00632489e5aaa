import type { ObjectState } from './object-state.ts';

/** How long the feed outranks a complete read (design §4). */
const recentMs = 15 * 60 * 1000;

/** Most entries of each list that grows with a group; all together stay far below what a store takes. */
export const stateLimits = { recent: 2000, leftOut: 500, pending: 5000 } as const;

/**
 * Keeps a state small enough to store. A delta too large to carry becomes the wish for a complete
 * read, so nothing is lost; of what is left out and of recent members the newest are kept.
 */
export function bounded(state: ObjectState, now: Date): ObjectState {
  const { added, removed } = state.pending;
  const tooMany = added.length + removed.length > stateLimits.pending;
  const isRecent = (at: string) => now.getTime() - Date.parse(at) < recentMs;
  return {
    ...state,
    ...(tooMany && { pending: { added: [], removed: [] }, needs: 'completeMembership' }),
    recent: state.recent.filter((one) => isRecent(one.at)).slice(-stateLimits.recent),
    leftOut: state.leftOut.slice(-stateLimits.leftOut),
  };
}
