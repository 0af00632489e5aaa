import { type InvocationContext, app as triggers } from '@azure/functions';
import { settleOutcome } from '../shared/flow/settle-outcome.ts';
import { settleComparison } from '../shared/flow/sweep/index.ts';
import { getApp } from './app.ts';
import { consume } from './queue/consume.ts';

/** Settles one outcome of the relay, in the order of its object, or an answer to a sweep. */
export const outcomes = (message: unknown, context: InvocationContext): Promise<void> =>
  consume('outcomes', message, context, async (outcome, traceparent, log) => {
    const app = (await getApp()).withLog(log);
    if (outcome.type === 'comparison') await settleComparison(outcome, traceparent, app.sweeping);
    else await settleOutcome(outcome, traceparent, app.settling);
  });

triggers.serviceBusQueue('outcomes', {
  connection: 'ServiceBus',
  queueName: 'outcomes',
  isSessionsEnabled: true,
  handler: outcomes,
});
