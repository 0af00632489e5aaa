import type { ReadFailure } from '../domain/index.ts';

/** Why a call to Graph did not succeed, with what its answer said. */
export type GraphFailure = ReadFailure & {
  /** HTTP status; absent where no answer came. */
  readonly status?: number;
  /** Graph's id of the request, for a support case. */
  readonly requestId?: string;
  /** `Location` of a 410: where a feed says that one starts over. */
  readonly location?: string;
};

/** What a call to Graph came to, where there is no partial answer. */
export type Answer<T> =
  | { readonly outcome: 'complete'; readonly value: T }
  | { readonly outcome: 'failed'; readonly why: GraphFailure };

export const complete = <T>(value: T): { readonly outcome: 'complete'; readonly value: T } => ({
  outcome: 'complete',
  value,
});

export const failed = (why: GraphFailure): { readonly outcome: 'failed'; readonly why: GraphFailure } => ({
  outcome: 'failed',
  why,
});
