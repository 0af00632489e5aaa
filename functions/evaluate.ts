import { type InvocationContext, app as triggers } from '@azure/functions';
import { evaluateChange } from '../shared/flow/evaluate/evaluate-change.ts';
import { getApp } from './app.ts';
import { consume } from './queue/consume.ts';

/** Evaluates one change. Changes of one object share a session, so they come one after the other. */
export const evaluate = (message: unknown, context: InvocationContext): Promise<void> =>
  consume('changes', message, context, async (change, traceparent, log) => {
    const app = await getApp();
    await evaluateChange(change, traceparent, app.withLog(log).evaluating);
  });

triggers.serviceBusQueue('evaluate', {
  connection: 'ServiceBus',
  queueName: 'changes',
  isSessionsEnabled: true,
  handler: evaluate,
});
