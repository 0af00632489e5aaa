import type { Feed } from '../bus/index.ts';
import { type Change, momentOf, type ObjectKind } from '../domain/index.ts';
import type { Graph } from '../graph/index.ts';
import { type Policy, requirements } from '../policy/index.ts';
import { FeedUnreadable, type SweepCause } from './drain-feed.ts';
import type { Surroundings } from './ports.ts';

export type SweepDeps = Surroundings & {
  readonly graph: Pick<Graph, 'listObjects'>;
  readonly objectsPerSecond: number;
  readonly policy: () => Promise<Policy>;
};

const kindOf: Readonly<Record<Feed, ObjectKind>> = { groups: 'group', users: 'user', devices: 'device' };

/**
 * Looks at everything of a kind: one change per object, page by page. The changes are scheduled at a
 * steady pace, so that live changes never wait behind them.
 */
export async function sweep(
  feed: Feed,
  why: SweepCause,
  traceparent: string,
  deps: SweepDeps,
): Promise<void> {
  if (!isWritten(kindOf[feed], await deps.policy())) return;
  const startedAt = deps.now();
  const receivedAt = momentOf(startedAt);
  const kind = kindOf[feed];
  let sent = 0;
  for await (const page of deps.graph.listObjects(kind)) {
    if ('failed' in page) throw new FeedUnreadable(feed, page.failed);
    for (const message of page.refused) deps.log('feed.itemRefused', { feed, message }, 'warn');
    const changes = page.snapshots.map(
      ({ id }): Change => ({
        kind,
        id,
        cause: 'sweep',
        membership: kind === 'group' ? { read: 'complete' } : { read: 'none' },
        receivedAt,
        attempt: 0,
      }),
    );
    for (let from = 0; from < changes.length; from += deps.objectsPerSecond) {
      const slice = changes.slice(from, from + deps.objectsPerSecond).map((body) => ({ body }));
      const notBefore = new Date(startedAt.getTime() + (sent / deps.objectsPerSecond) * 1000);
      const later = notBefore.getTime() > deps.now().getTime() + 500;
      await deps.bus.send('changes', slice, { traceparent, ...(later && { notBefore }) });
      sent += slice.length;
    }
  }
  deps.log('sweep.enqueued', { feed, why, objects: sent });
}

/** Users and devices are looked at only where some rule writes them. */
export function isWritten(kind: ObjectKind, policy: Policy): boolean {
  const { users, devices } = requirements(policy);
  return { group: true, user: users.written, device: devices.written }[kind];
}
