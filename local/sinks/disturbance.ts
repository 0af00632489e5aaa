import { z } from 'zod';

/** How often a disturbance happens before all is well again; without it, until it is lifted. */
const times = z.int().positive().optional();

/** Takes the request and never answers, so that the sender runs into its time-out. */
const silence = z.object({ kind: z.literal('silent'), times });

/** Ways in which an HTTP sink misbehaves on request. */
export const httpDisturbance = z.discriminatedUnion('kind', [
  silence,
  z.object({
    kind: z.literal('status'),
    status: z.int().min(300).max(599),
    retryAfterInSeconds: z.int().nonnegative().optional(),
    times,
  }),
]);

/** Ways in which a mail sink misbehaves on request: greylisting is reply 451 once, a refused recipient is reply 550. */
export const mailDisturbance = z.discriminatedUnion('kind', [
  silence,
  z.object({ kind: z.literal('reply'), code: z.int().min(400).max(599), text: z.string().optional(), times }),
]);

export type HttpDisturbance = z.infer<typeof httpDisturbance>;
export type MailDisturbance = z.infer<typeof mailDisturbance>;

/** Remembers the present disturbance and counts how often it happened. */
export interface Disturber<D> {
  /** From now on misbehave like this; undefined: behave well. */
  set(disturbance: D | undefined): void;
  /** How to misbehave at this request, if at all. */
  next(): D | undefined;
}

export function createDisturber<D extends { readonly times?: number | undefined }>(): Disturber<D> {
  let current: D | undefined;
  let left = 0;
  return {
    set: (disturbance) => {
      current = disturbance;
      left = disturbance?.times ?? Number.POSITIVE_INFINITY;
    },
    next: () => {
      left -= 1;
      return left >= 0 ? current : undefined;
    },
  };
}
