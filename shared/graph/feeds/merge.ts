import type { EntraId, MembershipDelta } from '../../domain/index.ts';
import type { FeedItem } from './feed-item.ts';

/**
 * One item per object, from items in the order in which the feed gave them. Later properties win,
 * members are set operations of which the last counts. The order of first appearance is kept.
 *
 * A tombstone ends what was known of the members. An object that came back after it (it was restored)
 * is told as new, with the members that it has now and not with those that it lost: they need a
 * complete read.
 */
export function mergeFeedItems(items: readonly FeedItem[]): readonly FeedItem[] {
  const merged = new Map<EntraId, FeedItem>();
  for (const item of items) {
    const known = merged.get(item.id);
    merged.set(item.id, known ? after(known, item) : item);
  }
  return [...merged.values()];
}

function after(earlier: FeedItem, later: FeedItem): FeedItem {
  const properties = { ...earlier.properties, ...later.properties };
  if (later.removed) return { id: later.id, removed: later.removed, properties };
  const members = earlier.removed ? 'unreadable' : membersAfter(earlier.members, later.members);
  return { id: later.id, properties, ...(members !== undefined && { members }) };
}

function membersAfter(earlier: FeedItem['members'], later: FeedItem['members']): FeedItem['members'] {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  if (earlier === 'unreadable' || later === 'unreadable') return 'unreadable';
  return deltaAfter(earlier, later);
}

function deltaAfter(earlier: MembershipDelta, later: MembershipDelta): MembershipDelta {
  const named = new Set([...later.added, ...later.removed]);
  const stays = (id: EntraId): boolean => !named.has(id);
  return {
    added: [...earlier.added.filter(stays), ...later.added],
    removed: [...earlier.removed.filter(stays), ...later.removed],
  };
}
