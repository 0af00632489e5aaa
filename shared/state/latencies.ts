import { z } from 'zod';
import { Moment } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** How long one change took from its first sign to AD, and in each stage, in milliseconds. */
export const Latency = z.strictObject({
  at: Moment,
  totalMs: z.number(),
  decideMs: z.number(),
  queueMs: z.number(),
  writeMs: z.number(),
});
export type Latency = z.output<typeof Latency>;

/** What changes took lately, for the percentiles of the status. */
export type Latencies = {
  /** Keeps one. It is stored soon, not at once: the last few seconds of a process may be lost. */
  note(latency: Latency): void;
  /** Those of the last hour, of all instances. */
  list(now: Date): Promise<readonly Latency[]>;
};

const windowMs = 60 * 60 * 1000;
/** Latest changes that one instance keeps. */
const most = 1000;
const storeEveryMs = 3000;

const Kept = z.strictObject({ latencies: z.array(Latency).readonly() });

/** Each instance has a record of its own, so that instances do not wait for each other. */
export function createLatencies(store: StateStore, instance: string): Latencies {
  const records = createRecords({
    store,
    partition: 'latencies',
    what: 'The latencies',
    version: 1,
    schema: Kept,
  });
  let kept: readonly Latency[] = [];
  let scheduled = false;
  const save = (): void => {
    scheduled = false;
    // The status is the only reader; a record that cannot be written is written with the next change.
    records.save(instance, { latencies: kept }, 'any').catch(() => undefined);
  };
  const isFresh = ({ at }: Latency, now: Date): boolean => now.getTime() - Date.parse(at) < windowMs;
  return {
    note(latency) {
      kept = [...kept, latency].slice(-most);
      if (scheduled) return;
      scheduled = true;
      setTimeout(save, storeEveryMs).unref();
    },
    async list(now) {
      const found = kept.filter((one) => isFresh(one, now));
      for await (const { key, value } of records.list()) {
        if (key === instance) continue;
        const fresh = value.latencies.filter((one) => isFresh(one, now));
        if (fresh.length === 0) await records.remove(key);
        found.push(...fresh);
      }
      return found;
    },
  };
}
