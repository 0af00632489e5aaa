import { z } from 'zod';
import { Moment, type ObjectKind, ObjectRef } from '../../domain/index.ts';
import { createRecords } from '../../state/records.ts';
import type { StateStore } from '../../state/store.ts';
import { Answers } from './answers.ts';

/** Why everything of a kind is looked at. */
export const SweepCause = z.enum(['firstSynchronisation', 'reset', 'request', 'schedule', 'policy']);
export type SweepCause = z.output<typeof SweepCause>;

/** A sweep on its way through the list of all objects of a kind. Saved after every page. */
export const Sweep = z.strictObject({
  id: z.string(),
  why: SweepCause,
  startedAt: Moment,
  /** Read all members too, whatever is known of them. */
  full: z.boolean(),
  /** Tell differences and repair nothing. */
  report: z.boolean(),
  /**
   * `counting`: how many there are, for the progress; `looking`: page by page; `closing`: the list is
   * over, and the last objects that were called are being evaluated.
   */
  phase: z.enum(['counting', 'looking', 'closing']),
  /** Members that were last read before this time are read again. */
  membersBefore: Moment.optional(),
  /** Number of the step that is next; a message of another step is stale. */
  step: z.int().min(0),
  /** Where the list goes on; absent at its beginning. */
  next: z.string().optional(),
  /** Objects counted before, or in the round before. */
  total: z.int().min(0).optional(),
  /** Objects met in the list so far. */
  listed: z.int().min(0),
  pages: z.int().min(0),
  /** Of these, sent to a full evaluation; where only differences are told, those that would need one. */
  called: z.int().min(0),
  /** Of these, sent to the relay for comparison. */
  compared: z.int().min(0),
  ...Answers.shape,
  /** Pages left in this slice of a scheduled sweep; absent: to the end. 0: waits for the next hour. */
  pagesLeft: z.int().min(0).optional(),
  /** The last object that was called, of how many: the next page waits until it has been evaluated. */
  waitsFor: z.strictObject({ object: ObjectRef, since: Moment, calls: z.int().min(1).optional() }).optional(),
  /** When the sweep last went on; one that stood still is taken up by the timer. */
  touchedAt: Moment,
});
export type Sweep = z.output<typeof Sweep>;

/** What a finished sweep leaves. */
export const Round = z.strictObject({
  id: z.string(),
  why: SweepCause,
  report: z.boolean(),
  startedAt: Moment,
  finishedAt: Moment,
  listed: z.int().min(0),
  pages: z.int().min(0),
  called: z.int().min(0),
  compared: z.int().min(0).default(0),
  ...Answers.shape,
});
export type Round = z.output<typeof Round>;

export const SweepState = z.strictObject({
  running: Sweep.optional(),
  last: Round.optional(),
  /** `since` of the last resynchronisation that was begun, so that one wish begins one sweep. */
  resyncSince: Moment.optional(),
  /** The second look that follows a synchronisation: not before this time, and on members read before it. */
  secondLookAt: Moment.optional(),
});
export type SweepState = z.output<typeof SweepState>;

export type SweepStates = {
  load(kind: ObjectKind): Promise<SweepState>;
  update(kind: ObjectKind, change: (state: SweepState) => SweepState): Promise<SweepState>;
};

const none: SweepState = {};

/** The sweep of this id, running or finished; undefined where another has taken its place. */
export const sweepOf = ({ running, last }: SweepState, id: string): Sweep | Round | undefined =>
  running?.id === id ? running : last?.id === id ? last : undefined;

export function createSweepStates(store: StateStore): SweepStates {
  const records = createRecords({
    store,
    partition: 'sweeps',
    what: 'The sweep',
    version: 1,
    schema: SweepState,
  });
  return {
    load: async (kind) => (await records.read(kind))?.value ?? none,
    update: async (kind, change) => (await records.update(kind, (state) => change(state ?? none))) ?? none,
  };
}
