import { type InvocationContext, type Timer, app as triggers } from '@azure/functions';
import { Feed } from '../shared/bus/index.ts';
import { momentOf } from '../shared/domain/index.ts';
import { drainFeed } from '../shared/flow/drain-feed.ts';
import { runStep } from '../shared/flow/sweep/index.ts';
import { getApp } from './app.ts';
import { traceOf } from './log.ts';
import { consume } from './queue/consume.ts';

/**
 * Drains the feed that a doorbell names, or takes one step of a sweep. Each feed and each sweep has
 * its session: one at a time, on any number of instances, and neither waits for the other.
 */
export const drain = (message: unknown, context: InvocationContext): Promise<void> =>
  consume('feeds', message, context, async (work, traceparent, log) => {
    const app = (await getApp()).withLog(log);
    if (work.type === 'sweep') await runStep(work, traceparent, app.sweeping);
    else await drainFeed(work, traceparent, app.draining);
  });

/** Rings for every feed: devices have no notifications, and any notification may be lost. */
export async function ringFeeds(_timer: Timer, context: InvocationContext): Promise<void> {
  const { bus, now } = await getApp();
  const receivedAt = momentOf(now());
  const doorbells = Feed.options.map((feed) => ({
    body: { feed, notified: [], receivedAt, ringsAt: receivedAt, attempt: 0 },
  }));
  await bus.send('feeds', doorbells, { traceparent: traceOf(context) });
}

triggers.serviceBusQueue('drain', {
  connection: 'ServiceBus',
  queueName: 'feeds',
  isSessionsEnabled: true,
  handler: drain,
});
triggers.timer('feeds', { schedule: '0 * * * * *', handler: ringFeeds });
