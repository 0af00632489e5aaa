import { z } from 'zod';
import { Removed, readMembersDelta } from '../../classify/removed.ts';
import {
  type Change,
  EntraId,
  type MembershipDelta,
  type Moment,
  type ObjectKind,
} from '../../domain/index.ts';
import { explain } from '../schema/explain.ts';

/** What a feed says of one object. */
export type FeedItem = {
  readonly id: EntraId;
  readonly removed?: 'softDeleted' | 'deleted';
  /** Only what the feed named: an absent property is not null, it was not spoken of. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** `unreadable`: one entry made no sense, so that only a complete read can tell the members. */
  readonly members?: MembershipDelta | 'unreadable';
};

const Named = z.looseObject({ id: EntraId });

const Item = Named.extend({
  '@removed': Removed,
  'members@delta': z.array(z.unknown()).nullish(),
});

/**
 * Reads one item of a delta feed. `changed` means soft-deleted, every other reason is permanent; a
 * tombstone says nothing of members. Answers a sentence where the item names no object. One that does
 * is never passed over, since the feed tells it once: what makes no sense of it is read completely.
 */
export function parseFeedItem(raw: unknown): FeedItem | string {
  const named = Named.safeParse(raw);
  if (!named.success) return explain(named.error);
  const parsed = Item.safeParse(raw);
  if (!parsed.success) return { id: named.data.id, properties: {}, members: 'unreadable' };
  const { id, '@removed': reason, 'members@delta': members, ...rest } = parsed.data;
  const read = members && reason === undefined ? readMembersDelta(members) : undefined;
  return {
    id,
    ...(reason !== undefined && { removed: reason === 'changed' ? 'softDeleted' : 'deleted' }),
    properties: Object.fromEntries(Object.entries(rest).filter(([name]) => !name.includes('@'))),
    ...(read && { members: read.refused.length > 0 ? 'unreadable' : read.delta }),
  };
}

/** A feed item as a change: the membership delta is its truth, the rest is read by evaluation. */
export function changeOf(item: FeedItem, kind: ObjectKind, receivedAt: Moment): Change {
  return {
    kind,
    id: item.id,
    cause: 'feed',
    ...(item.removed && { tombstone: item.removed }),
    membership: kind === 'group' ? membershipOf(item) : { read: 'none' },
    receivedAt,
    attempt: 0,
  };
}

function membershipOf({ members }: FeedItem): Change['membership'] {
  if (members === undefined) return { read: 'none' };
  return members === 'unreadable' ? { read: 'complete' } : { read: 'delta', delta: members };
}
