import { DirectoryError } from './directory/errors/directory-error.ts';
import type { Log } from './log.ts';
import { growingDelayMs, pause } from './pause.ts';

/** Whether AD can be worked with, and if not since when and why. */
export type AvailabilityState =
  | { readonly state: 'starting' }
  | { readonly state: 'up' }
  | { readonly state: 'down'; readonly since: string; readonly code: string; readonly message: string };

/**
 * Watches over the directory. While it is away the relay takes no messages; those in hand wait, with
 * their sessions, so that no delivery is counted for an outage.
 */
export type Availability = {
  state(): AvailabilityState;
  /** Resolves when AD can be worked with, or when the relay stops. */
  whenUp(): Promise<void>;
  /** Says that a call failed in a way that concerns every object. Starts to look for its return. */
  lost(error: DirectoryError): void;
};

export type AvailabilityOptions = {
  /** A call that succeeds exactly when AD can be worked with. */
  readonly probe: () => Promise<unknown>;
  readonly log: Log;
  readonly now: () => Date;
  readonly random: () => number;
  readonly signal: AbortSignal;
};

/** Does the error mean that AD is away, not trusted or does not let us in, rather than one object's trouble? */
export const isOutage = (error: unknown): error is DirectoryError =>
  error instanceof DirectoryError &&
  (error.kind === 'unreachable' || error.kind === 'untrusted' || error.kind === 'credentials');

/** A mended password is taken up soon; the directory itself does not try a refused one again so soon. */
const longestPause = (error: unknown): number =>
  error instanceof DirectoryError && error.kind === 'credentials' ? 4_000 : 60_000;

/** Begins with a probe. */
export function watchAvailability(options: AvailabilityOptions): Availability {
  const { probe, log, now, random, signal } = options;
  let state: AvailabilityState = { state: 'starting' };
  let returning: Promise<void> | undefined;

  const goDown = (error: unknown): void => {
    const code = error instanceof DirectoryError ? error.code : 'UNEXPECTED';
    const message = error instanceof Error ? error.message : String(error);
    if (state.state === 'down' && state.code === code) return;
    const since = state.state === 'down' ? state.since : now().toISOString();
    state = { state: 'down', since, code, message };
    log('directory.lost', { code, message }, 'error');
  };
  const comeBack = async (): Promise<void> => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await probe();
        if (state.state === 'down') log('directory.back', { since: state.since });
        state = { state: 'up' };
        return;
      } catch (error) {
        goDown(error);
        await pause(Math.min(growingDelayMs(attempt, random()), longestPause(error)), signal);
      }
    }
  };
  const look = (): void => {
    returning ??= comeBack().finally(() => {
      returning = undefined;
    });
  };

  look();
  return {
    state: () => state,
    async whenUp() {
      while (state.state !== 'up' && !signal.aborted) {
        look();
        await returning;
      }
    },
    lost(error) {
      goDown(error);
      look();
    },
  };
}
