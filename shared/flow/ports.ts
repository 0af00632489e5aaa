import type { Bus } from '../bus/index.ts';
import type { Log } from './log.ts';

/** What every stage of the flow is given: time, chance and ids come in from outside. */
export type Surroundings = {
  readonly bus: Bus;
  readonly log: Log;
  readonly now: () => Date;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A new unique id. */
  readonly newId: () => string;
};
