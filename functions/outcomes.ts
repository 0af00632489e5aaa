import { type InvocationContext, app as triggers } from '@azure/functions';
import { settleOutcome } from '../shared/flow/settle-outcome.ts';
import { getApp } from './app.ts';
import { consume } from './queue/consume.ts';

/** Settles one outcome of the relay, in the order of its object. */
export const outcomes = (message: unknown, context: InvocationContext): Promise<void> =>
  consume('outcomes', message, context, async (outcome, traceparent, log) => {
    const app = await getApp();
    await settleOutcome(outcome, traceparent, app.withLog(log).settling);
  });

triggers.serviceBusQueue('outcomes', {
  connection: 'ServiceBus',
  queueName: 'outcomes',
  isSessionsEnabled: true,
  handler: outcomes,
});
