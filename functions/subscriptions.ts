import { app, type InvocationContext, type Timer } from '@azure/functions';
import { getApp } from './app.ts';

/** Keeps the subscriptions alive: creates, renews, heals. */
export async function subscriptions(_timer: Timer, _context: InvocationContext): Promise<void> {
  const { keepSubscriptions } = await getApp();
  await keepSubscriptions([]);
}

app.timer('subscriptions', { schedule: '30 */5 * * * *', handler: subscriptions });
