import { type InvocationContext, type Timer, app as triggers } from '@azure/functions';
import { Feed } from '../shared/bus/index.ts';
import { momentOf } from '../shared/domain/index.ts';
import { drainFeed } from '../shared/flow/feed/drain-feed.ts';
import { isWritten, runStep } from '../shared/flow/sweep/index.ts';
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

/** Rings for every feed: any notification may be lost. */
export const ringFeeds = (_timer: Timer, context: InvocationContext): Promise<void> =>
  ring(Feed.options, context);

/** Graph notifies of no change of a device, so that its feed is all there is: rings for it more often. */
export async function ringForDevices(_timer: Timer, context: InvocationContext): Promise<void> {
  const { policy } = await getApp();
  if (isWritten('device', await policy())) await ring(['devices'], context);
}

async function ring(feeds: readonly Feed[], context: InvocationContext): Promise<void> {
  const { bus, now } = await getApp();
  const receivedAt = momentOf(now());
  const doorbells = feeds.map((feed) => ({
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
triggers.timer('deviceFeed', { schedule: '10,20,30,40,50 * * * * *', handler: ringForDevices });
