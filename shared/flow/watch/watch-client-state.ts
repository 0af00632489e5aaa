import type { Moment } from '../../domain/index.ts';
import type { SystemViolation } from '../app.ts';
import type { Log } from '../log.ts';
import type { WatchStates } from './watch-state.ts';

/** Remembers that notifications with a wrong client state came. Never fails: nothing waits for it. */
export type NoteUntrusted = (at: Moment, log: Log) => Promise<void>;

/** A flood of wrong notifications costs each process one write in this time. */
const noteEveryMs = 5 * 60_000;

export function createUntrustedNote(watchStates: Pick<WatchStates, 'update'>): NoteUntrusted {
  let notedMs = Number.NEGATIVE_INFINITY;
  return async (at, log) => {
    const atMs = Date.parse(at);
    if (atMs - notedMs < noteEveryMs) return;
    try {
      await watchStates.update((state) => ({ ...state, untrustedAt: at }));
      notedMs = atMs;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log('notification.untrustedNotKept', { message }, 'warn');
    }
  };
}

/** How long it must have been quiet until it is over. */
const quietMs = 3_600_000;

export type WatchClientStateDeps = {
  readonly watchStates: Pick<WatchStates, 'load'>;
  readonly raise: (violation: SystemViolation) => Promise<void>;
  readonly resolve: (code: 'CLIENT_STATE_WRONG', subject: string) => Promise<void>;
  readonly now: () => Date;
};

/** Tells people that notifications with a wrong client state arrive, until none has come for an hour. */
export async function watchClientState(deps: WatchClientStateDeps): Promise<void> {
  const { untrustedAt } = await deps.watchStates.load();
  const code = 'CLIENT_STATE_WRONG';
  const subject = 'the webhook';
  const isRecent = untrustedAt !== undefined && deps.now().getTime() - Date.parse(untrustedAt) < quietMs;
  if (!isRecent) return deps.resolve(code, subject);
  const message = `Notifications with a wrong or missing client state were dropped, last at about ${untrustedAt}.`;
  return deps.raise({ code, subject, message });
}
