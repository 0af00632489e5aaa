import { z } from 'zod';

/** What the relay was asked and has answered. It may go on to answer when the sweep is over. */
export const Answers = z.strictObject({
  /** Requests to compare that it was sent, of up to 150 objects each, and how many it has answered. */
  asked: z.int().min(0).default(0),
  answered: z.int().min(0).default(0),
  /** Answers that AD could not be read, also where it was to be looked through for markers. */
  unanswerable: z.int().min(0).default(0),
  /** Objects that were found to differ. */
  differing: z.int().min(0).default(0),
  /** Groups whose members in AD have not been compared with those of the cloud before: they are read completely. */
  unknown: z.int().min(0).default(0),
  /** Objects with our marker and without cloud object, and markers that stand on two objects. */
  orphans: z.int().min(0).default(0),
  doubled: z.int().min(0).default(0),
  /** AD has been looked through for markers. */
  markersRead: z.boolean().default(false),
});
export type Answers = z.output<typeof Answers>;

export const nothingAnswered: Answers = Answers.parse({});

/** What was answered so far with one more answer. */
export const withAnswer = <T extends Answers>(so: T, more: Partial<Answers>): T => ({
  ...so,
  answered: so.answered + (more.answered ?? 0),
  unanswerable: so.unanswerable + (more.unanswerable ?? 0),
  differing: so.differing + (more.differing ?? 0),
  unknown: so.unknown + (more.unknown ?? 0),
  orphans: so.orphans + (more.orphans ?? 0),
  doubled: so.doubled + (more.doubled ?? 0),
  markersRead: so.markersRead || (more.markersRead ?? false),
});

/** A sweep that has gone on, with what was answered meanwhile. */
export const withAnswersOf = <T extends Answers>(gone: T, kept: Answers): T => ({
  ...gone,
  answered: kept.answered,
  unanswerable: kept.unanswerable,
  differing: kept.differing,
  unknown: kept.unknown,
  orphans: kept.orphans,
  doubled: kept.doubled,
  markersRead: kept.markersRead,
});

/** Everything that it was asked is answered. */
export const isAnswered = ({ asked, answered, markersRead }: Answers): boolean =>
  markersRead && answered >= asked;
