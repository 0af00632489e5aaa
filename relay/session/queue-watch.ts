import type { Status } from '../health/status.ts';
import type { Log } from '../log.ts';
import { growingDelayMs, pause } from '../pause.ts';

/** Knows whether Service Bus can be reached, and slows down those who ask while it cannot. */
export type QueueWatch = {
  works(): void;
  /** Says that a call failed, and waits before the next one. */
  failed(error: unknown): Promise<void>;
};

export type QueueWatchOptions = {
  readonly status: Status;
  readonly log: Log;
  readonly now: () => Date;
  readonly random: () => number;
  readonly signal: AbortSignal;
};

/** One message in the log for each outage, however many slots meet it. */
export function watchQueue({ status, log, now, random, signal }: QueueWatchOptions): QueueWatch {
  let since: string | undefined;
  let attempt = 0;
  let waiting: Promise<void> | undefined;
  const waitOnce = async (): Promise<void> => {
    await pause(growingDelayMs(attempt, random()), signal);
    attempt += 1;
    waiting = undefined;
  };
  status.queueState({ state: 'starting' });
  return {
    works() {
      if (since !== undefined) log('queue.back', { since });
      since = undefined;
      attempt = 0;
      status.queueState({ state: 'up' });
    },
    async failed(error) {
      const message = error instanceof Error ? error.message : String(error);
      if (since === undefined) {
        since = now().toISOString();
        log('queue.lost', { message }, 'error');
      }
      status.queueState({ state: 'down', since, message });
      waiting ??= waitOnce();
      await waiting;
    },
  };
}
