import { hostname } from 'node:os';
import type { Bus } from '../../shared/bus/index.ts';
import { type Heartbeat, momentOf } from '../../shared/domain/index.ts';
import type { Availability } from '../availability.ts';
import type { Log } from '../log.ts';
import { pause } from '../pause.ts';

/** What a heartbeat says besides when it beats. */
export type Vitals = Omit<Heartbeat, 'type' | 'at' | 'startedAt' | 'stopping' | 'relay'> & {
  readonly relay: Omit<Heartbeat['relay'], 'host'>;
};

export type HeartbeatOptions = {
  readonly bus: Pick<Bus, 'send'>;
  readonly vitals: () => Vitals;
  readonly availability: Availability;
  readonly log: Log;
  readonly now: () => Date;
  readonly signal: AbortSignal;
};

const everyMs = 60_000;
/** How often it is looked whether AD has come or gone. */
const lookMs = 1_000;
/** A relay that stops does not wait longer than this for its last word. */
const lastWordMs = 1_000;

/**
 * Tells the cloud that this relay is there: at the start, every minute, as soon as AD comes or goes,
 * and when it stops. Never throws: a heartbeat that cannot be sent is one that is missed.
 */
export async function beat({ bus, vitals, availability, log, now, signal }: HeartbeatOptions): Promise<void> {
  const startedAt = momentOf(now());
  const send = async (stopping: boolean): Promise<void> => {
    const { relay, ...rest } = vitals();
    const body: Heartbeat = {
      type: 'heartbeat',
      relay: { ...relay, host: hostname() },
      at: momentOf(now()),
      startedAt,
      stopping,
      ...rest,
    };
    await bus.send('outcomes', [{ body }]).catch((error: unknown) => {
      log('heartbeat.unsent', { message: error instanceof Error ? error.message : String(error) }, 'debug');
    });
  };
  while (!signal.aborted) {
    const { state } = availability.state();
    await send(false);
    for (let waited = 0; waited < everyMs && !signal.aborted; waited += lookMs) {
      if (availability.state().state !== state) break;
      await pause(lookMs, signal);
    }
  }
  await Promise.race([send(true), new Promise((resolve) => setTimeout(resolve, lastWordMs).unref())]);
}
