/**
 * What came of reading something from Graph or from AD. Nothing is ever removed on anything less
 * than a complete read or a positive tombstone: empty-because-broken is the classic disaster.
 */
export type ReadOutcome<T> =
  | { readonly outcome: 'complete'; readonly value: T }
  | { readonly outcome: 'partial'; readonly value: T; readonly why: ReadFailure }
  | { readonly outcome: 'failed'; readonly why: ReadFailure };

/** Why a read did not succeed, and whether trying again can help. */
export type ReadFailure = {
  readonly code: string;
  readonly message: string;
  readonly retry: 'later' | 'never';
  /** Milliseconds to wait at least, where the other side said so (Retry-After). */
  readonly retryAfterMs?: number;
  /** It does not pass by itself: a permission is missing, or the answer makes no sense to us. */
  readonly needsPerson?: true;
};
