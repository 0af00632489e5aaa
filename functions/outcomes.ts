import { type InvocationContext, app as triggers } from '@azure/functions';
import { settleOutcome } from '../shared/flow/settle/settle-outcome.ts';
import { settleComparison } from '../shared/flow/sweep/index.ts';
import { getApp } from './app.ts';
import { consume } from './queue/consume.ts';

/** Settles one outcome of the relay, in the order of its object, an answer to a sweep, or a heartbeat. */
export const outcomes = (message: unknown, context: InvocationContext): Promise<void> =>
  consume('outcomes', message, context, async (answer, traceparent, log) => {
    const app = (await getApp()).withLog(log);
    switch (answer.type) {
      case 'comparison':
        return settleComparison(answer, traceparent, app.sweeping);
      case 'heartbeat':
        return app.relays.heard(answer);
      default:
        return settleOutcome(answer, traceparent, app.settling);
    }
  });

triggers.serviceBusQueue('outcomes', {
  connection: 'ServiceBus',
  queueName: 'outcomes',
  isSessionsEnabled: true,
  handler: outcomes,
});
