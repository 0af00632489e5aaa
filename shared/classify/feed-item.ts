import { z } from 'zod';
import { type Change, EntraId, type Moment, type ObjectKind } from '../domain/index.ts';
import { explain } from './notification.ts';
import { Removed, readMembersDelta } from './removed.ts';

const Item = z.looseObject({
  id: EntraId,
  '@removed': Removed.optional(),
  'members@delta': z.array(z.unknown()).optional(),
});

export type FeedItemResult =
  | { readonly ok: true; readonly change: Change; readonly notes: readonly string[] }
  | { readonly ok: false; readonly why: string };

const tombstones: Readonly<Record<string, 'softDeleted' | 'deleted'>> = {
  changed: 'softDeleted',
  deleted: 'deleted',
};

/**
 * One item of a delta feed as a change. Its membership delta is the truth as the feed saw it; where
 * one entry of it cannot be read, a complete read of the members is asked for instead, and `notes`
 * says why. The same group may come on several pages, each with other members: the caller merges.
 */
export function readFeedItem(item: unknown, kind: ObjectKind, receivedAt: Moment): FeedItemResult {
  const parsed = Item.safeParse(item);
  if (!parsed.success) return { ok: false, why: explain(parsed.error) };
  const tombstone = tombstones[parsed.data['@removed'] ?? ''];
  const members = kind === 'group' ? parsed.data['members@delta'] : undefined;
  const read = members ? readMembersDelta(members) : undefined;
  return {
    ok: true,
    notes: read?.refused ?? [],
    change: {
      kind,
      id: parsed.data.id,
      cause: 'feed',
      ...(tombstone && { tombstone }),
      membership: membershipOf(read),
      receivedAt,
      attempt: 0,
    },
  };
}

function membershipOf(read: ReturnType<typeof readMembersDelta> | undefined): Change['membership'] {
  if (!read) return { read: 'none' };
  return read.refused.length > 0 ? { read: 'complete' } : { read: 'delta', delta: read.delta };
}
