import { z } from 'zod';
import type { RegisteredFunction } from '../core/protocol.ts';
import type { Invoker } from '../invoker.ts';
import { type Environment, resolveExpressions } from '../settings/app-settings.ts';
import { withRetry } from './retry.ts';
import { parseSchedule } from './schedule.ts';

const triggerSchema = z.object({ schedule: z.string(), runOnStartup: z.boolean().default(false) });

export type Timer = {
  /** Runs the function now, with its retry policy. Rejects with the last failure. */
  fire(): Promise<void>;
};

/**
 * Runs a timer function on its schedule, never twice at the same time. The past is not remembered over restarts
 * (`useMonitor`), so no run is ever past due.
 */
export function startTimer(
  fn: RegisteredFunction,
  invoker: Invoker,
  environment: Environment,
  stop: AbortSignal,
): Timer {
  const { schedule, runOnStartup } = triggerSchema.parse(fn.trigger);
  const job = parseSchedule(
    resolveExpressions(schedule, environment),
    environment.WEBSITE_TIME_ZONE ?? 'UTC',
  );
  let last = new Date(0);
  let running = false;

  const fire = async (): Promise<void> => {
    const now = new Date();
    const status = { Last: last, Next: job.nextRun() ?? now, LastUpdated: last };
    last = now;
    const json = JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: status,
      IsPastDue: false,
    });
    await withRetry(
      fn.metadata.retryOptions,
      (retryContext) =>
        invoker.invoke(fn, { input: { json }, ...(retryContext === undefined ? {} : { retryContext }) }),
      stop,
    );
  };
  const fireOnSchedule = async (): Promise<void> => {
    if (running) return;
    running = true;
    // A failure is in the log already, and the next run is not the worse for it.
    await fire().catch(() => undefined);
    running = false;
  };

  job.schedule(fireOnSchedule);
  stop.addEventListener('abort', () => job.stop(), { once: true });
  if (runOnStartup) void fireOnSchedule();
  return { fire };
}
