import type { Control, Filter } from 'ldapts';

/** A search (RFC 4511 §4.5.1). */
export type SearchRequest = {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Attributes whose values are octets, spelled as the server spells them; the others are read as UTF-8. */
  readonly binary: readonly string[];
  readonly controls?: readonly Control[];
  /** Stop after this many entries, without an error. For "is there any?" only. */
  readonly sizeLimit?: number;
};
