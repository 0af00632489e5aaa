import type { Feed } from '../../bus/index.ts';
import type { Moment, ObjectKind } from '../../domain/index.ts';
import type { FeedNeeds } from '../../graph/index.ts';
import type { Requirements } from '../../policy/index.ts';
import type { FeedStates } from '../../state/index.ts';

const feedOf: Readonly<Record<ObjectKind, Feed>> = { group: 'groups', user: 'users', device: 'devices' };

/** What decides scope must show in the feed, so that a change of it brings the object here. */
export function feedNeedsOf(feed: Feed, { groups, users }: Requirements): FeedNeeds {
  switch (feed) {
    case 'groups':
      return { owners: groups.owners, extensions: groups.extensions };
    case 'users':
      return { extensions: users.extensions };
    case 'devices':
      return {};
  }
}

/** Everything of the kind has been looked at since a feed started over at this time. */
export async function synchronised(
  kind: ObjectKind,
  since: Moment,
  feedStates: Pick<FeedStates, 'update'>,
): Promise<void> {
  await feedStates.update(feedOf[kind], ({ resync, ...state }) =>
    resync && resync.since !== since ? { ...state, resync } : state,
  );
}
