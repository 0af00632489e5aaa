import type { AlertDeps } from './deps.ts';

/** Queues by channel: each work begins when the one before has ended, however it ended. */
export function createTurns(): AlertDeps['inTurn'] {
  const last = new Map<string, Promise<unknown>>();
  return (channel, work) => {
    const before = last.get(channel) ?? Promise.resolve();
    const own = before.then(work, work);
    last.set(
      channel,
      own.catch(() => {}),
    );
    return own;
  };
}
