import { type InvocationContext, type Timer, app as triggers } from '@azure/functions';
import { getApp } from './app.ts';
import { logOf } from './log.ts';

/** Keeps the subscriptions alive: creates, renews, heals. */
export async function subscriptions(_timer: Timer, context: InvocationContext): Promise<void> {
  const app = await getApp();
  await app.withLog(logOf(context)).keepSubscriptions([]);
}

triggers.timer('subscriptions', { schedule: '30 */5 * * * *', handler: subscriptions });
