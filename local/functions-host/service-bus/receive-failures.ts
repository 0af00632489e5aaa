import { setTimeout as pause } from 'node:timers/promises';
import { type Log, summariseError } from '../log.ts';

const RETRY_AFTER_MS = 500;

/** Logs that receiving fails, once until it works again, however many loops see it; and paces the loops. */
export type ReceiveFailures = {
  /** Logs the error if it is news and waits before the next attempt, or until `stop`. */
  failed(error: unknown, stop: AbortSignal): Promise<void>;
  report(error: unknown): void;
  succeeded(): void;
};

export function createReceiveFailures(functionName: string, log: Log): ReceiveFailures {
  let failing = false;
  const report = (thrown: unknown): void => {
    if (failing) return;
    failing = true;
    const error = summariseError(thrown);
    const message = `${functionName} cannot receive [${error.code ?? error.name}], retrying: ${error.message}`;
    log({ level: 'error', event: 'receiver.failed', message, function: functionName, error });
  };
  return {
    report,
    async failed(error, stop) {
      report(error);
      await pause(RETRY_AFTER_MS, undefined, { signal: stop }).catch(() => undefined);
    },
    succeeded() {
      if (!failing) return;
      failing = false;
      const message = `${functionName} receives again`;
      log({ level: 'information', event: 'receiver.recovered', message, function: functionName });
    },
  };
}
