import { BusError } from './bus-error.ts';

/** Sends that a test wants refused. */
export interface Faults {
  refuse(times: number, condition: string): void;
  /** Throws as long as sends are to be refused. */
  check(): void;
}

export function createFaults(): Faults {
  let left = 0;
  let reason = '';
  return {
    refuse: (times, condition) => {
      left = times;
      reason = condition;
    },
    check: () => {
      if (left === 0) return;
      left -= 1;
      throw new BusError(503, reason, 'The send was refused because a test asked for it.');
    },
  };
}
