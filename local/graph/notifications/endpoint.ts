import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Statistics } from '../http/statistics.ts';
import { createHealth, healthWindowMs } from './health.ts';
import { textOf, type WideJson } from './item.ts';
import type { Timers } from './timers.ts';

/** Delivers to one URL: gathers, posts, retries with growing pauses. */
export type Endpoint = {
  enqueue(item: WideJson, delayMs: number): void;
  /** Posts a lifecycle notification or the like at once, on its own. */
  post(items: readonly WideJson[]): void;
};

type Parts = {
  readonly url: string;
  readonly behaviour: Behaviour;
  readonly statistics: Statistics;
  readonly timers: Timers;
  readonly now: () => number;
};

const parallelPosts = 16;

export const createEndpoint = ({ url, behaviour, statistics, timers, now }: Parts): Endpoint => {
  const health = createHealth();
  const waiting: (readonly WideJson[])[] = [];
  let gathered: WideJson[] = [];
  let isGathering = false;
  let posting = 0;

  const settings = () => behaviour.settings.notifications;

  const attempt = async (items: readonly WideJson[], tries: number, since: number): Promise<void> => {
    const { firstAttemptMs, retryAttemptMs } = settings();
    const startedAt = performance.now();
    const isDelivered = await deliver(
      url,
      textOf({ value: items }),
      tries === 0 ? firstAttemptMs : retryAttemptMs,
    );
    health.note({ at: now(), tookMs: performance.now() - startedAt });
    if (isDelivered) {
      statistics.notification('delivered', items.length);
      return;
    }
    statistics.notification('failed', items.length);
    retryLater(items, tries + 1, since);
  };

  const retryLater = (items: readonly WideJson[], tries: number, since: number) => {
    const { retryAfterMs, retryForMs } = settings();
    const pause = retryAfterMs * 2 ** (tries - 1);
    if (performance.now() - since + pause > retryForMs) {
      statistics.notification('dropped', items.length);
      return;
    }
    statistics.notification('retried', items.length);
    timers.after(pause, () => timers.track(attempt(items, tries, since)));
  };

  const pump = () => {
    while (posting < parallelPosts) {
      const items = waiting.shift();
      if (!items) return;
      posting++;
      timers.track(
        attempt(items, 0, performance.now()).finally(() => {
          posting--;
          pump();
        }),
      );
    }
  };

  const flush = () => {
    isGathering = false;
    const { itemsPerPost } = settings();
    for (let start = 0; start < gathered.length; start += itemsPerPost)
      waiting.push(gathered.slice(start, start + itemsPerPost));
    gathered = [];
    pump();
  };

  const gather = (item: WideJson) => {
    gathered.push(item);
    if (isGathering) return;
    isGathering = true;
    timers.after(settings().gatherMs, flush);
  };

  return {
    enqueue: (item, delayMs) => {
      const verdict = settings().punishSlowEndpoints ? health.judge(now()) : 'healthy';
      if (verdict === 'drop') {
        statistics.notification('dropped');
        return;
      }
      statistics.notification('queued');
      const wait = delayMs + (verdict === 'slow' ? healthWindowMs : 0);
      if (wait > 0) timers.after(wait, () => gather(item));
      else gather(item);
    },
    post: (items) => {
      waiting.push(items);
      pump();
    },
  };
};

/** One POST; true when the endpoint took it in time. */
const deliver = async (url: string, body: string, deadlineMs: number): Promise<boolean> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      signal: AbortSignal.timeout(deadlineMs),
      redirect: 'manual',
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};
