import type { AlertNotice } from '../bus/index.ts';
import { type AlertParts, createKept } from './flow/deps.ts';
import { flush } from './flow/flush.ts';
import { receiveNotice } from './flow/receive-notice.ts';
import { createTurns } from './flow/turns.ts';

/** The alerts: what becomes of notices until people have read them. */
export type Alerts = {
  /** Keeps a notice. Once it is resolved, the alert cannot be lost. */
  receive(notice: AlertNotice): Promise<void>;
  /** One pass: sends what is ripe, and tries again what could not be sent. To be called every 10 seconds or so. */
  flush(): Promise<void>;
};

export function createAlerts(parts: AlertParts): Alerts {
  const deps = { ...parts, ...createKept(parts.store), inTurn: createTurns() };
  return {
    async receive(notice) {
      const { config, problem } = await deps.config();
      // Without alerts.yaml nobody is to be told; open incidents are found as soon as there is one.
      if (config || problem) await receiveNotice(notice, deps);
    },
    flush: () => flush(deps),
  };
}
