import { momentOf } from '../../domain/index.ts';
import { retryDelayMs } from '../../flow/evaluate/backoff.ts';
import type { AlertConfig } from '../config/schema.ts';
import type { SendResult } from '../send/channel.ts';
import { type ChannelRecord, healthy } from '../state/channel-record.ts';
import type { AlertDeps } from './deps.ts';

/** Failures in a row after which a channel is given up for now. */
const patience = 3;
/** A channel that is given up is tried again after at most this time, unless it asked for more. */
const longestDelayMs = 10 * 60_000;
/** A channel that is back sooner is waited for, rather than passed over. */
const worthWaitingMs = 30_000;

export type Failure = Exclude<SendResult, { readonly result: 'taken' }>;

/** What to do with a channel now: send, wait until then, or pass it over until then. */
export type Readiness =
  | { readonly state: 'ready' }
  | { readonly state: 'wait' | 'away'; readonly until: Date };

export function readinessOf({ nextTryAt, failed }: ChannelRecord, now: Date): Readiness {
  if (!nextTryAt || Date.parse(nextTryAt) <= now.getTime()) return { state: 'ready' };
  const until = new Date(nextTryAt);
  const isShort = until.getTime() - now.getTime() <= worthWaitingMs;
  return { state: !failed && isShort ? 'wait' : 'away', until };
}

/** A channel after one more failure: tried again ever later, given up after some, or at once if it refused. */
export function afterFailure(
  record: ChannelRecord,
  failure: Failure,
  now: Date,
  random: number,
): ChannelRecord {
  const failures = record.failures + 1;
  const asked = failure.result === 'later' ? failure.retryAfterMs : undefined;
  const refused = failure.result === 'refused';
  const own = Math.min(longestDelayMs, retryDelayMs(refused ? failures + 2 : failures - 1, random));
  const delay = Math.max(own, asked ?? 0);
  return {
    ...record,
    failures,
    nextTryAt: momentOf(new Date(now.getTime() + delay)),
    failed: record.failed || refused || failures >= patience,
    why: failure.why,
  };
}

/** Tells people once that a channel failed, and once that it works again or is gone from the file. */
export async function reportChannels(config: AlertConfig, deps: AlertDeps): Promise<void> {
  for await (const { key: name, value } of deps.channels.list()) {
    const { reported, failures, why = '' } = value;
    const isKnown = Object.hasOwn(config.channels, name);
    const failed = value.failed && isKnown;
    if (failed && !reported) {
      const tries = failures === 1 ? 'one try' : `${failures} tries`;
      await deps.raise(
        'ALERT_CHANNEL_FAILED',
        name,
        `The channel ${name} takes no alerts after ${tries}: ${why}`,
      );
    }
    if (!failed && reported) await deps.resolve('ALERT_CHANNEL_FAILED', name);
    if (!isKnown) await deps.channels.remove(name);
    else if (failed !== reported)
      await deps.channels.update(name, (now) => now && { ...now, reported: failed });
  }
}

export const healthOf = async (name: string, deps: AlertDeps): Promise<ChannelRecord> =>
  (await deps.channels.read(name))?.value ?? healthy;
