import { setTimeout as pause } from 'node:timers/promises';
import type { RetryContext, RetryOptions } from '../core/protocol.ts';

/**
 * Runs `attempt` until it succeeds or the policy is used up, then rejects with the last error. Retry policies are the host's
 * business for timers; for Service Bus the delivery count rules.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries
 */
export async function withRetry(
  policy: RetryOptions | undefined,
  attempt: (context: RetryContext | undefined) => Promise<unknown>,
  stop: AbortSignal,
): Promise<void> {
  if (policy === undefined) {
    await attempt(undefined);
    return;
  }
  const { maxRetryCount } = policy;
  let context: RetryContext = { retryCount: 0, maxRetryCount };
  for (;;) {
    try {
      await attempt(context);
      return;
    } catch (error) {
      const { retryCount } = context;
      if (maxRetryCount !== -1 && retryCount >= maxRetryCount) throw error;
      await pause(retryDelay(policy, retryCount), undefined, { signal: stop });
      const message = error instanceof Error ? error.message : String(error);
      context = { retryCount: retryCount + 1, maxRetryCount, exception: { message } };
    }
  }
}

/** Milliseconds before retry number `retryCount` (from 0). The library has rounded intervals to whole seconds. */
export function retryDelay(policy: RetryOptions, retryCount: number): number {
  if (policy.retryStrategy === 'fixedDelay') return (policy.delayInterval?.seconds ?? 0) * 1000;
  const most = policy.maximumInterval?.seconds ?? 0;
  return Math.min(most, (policy.minimumInterval?.seconds ?? 0) * 2 ** retryCount) * 1000;
}
