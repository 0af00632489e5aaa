import type { Bus } from '../bus/index.ts';
import type {
  EntraId,
  MemberRecord,
  ObjectRef,
  ReadFailure,
  ReadOutcome,
  Snapshot,
} from '../domain/index.ts';
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

/**
 * What one read of an object found. `notFound` is neither in the tenant nor in its recycle bin: gone
 * if a tombstone says so, or not replicated yet.
 */
export type Found =
  | { readonly presence: 'present' | 'softDeleted'; readonly snapshot: Snapshot }
  | { readonly presence: 'notFound' };

/** One page of a membership. The last page says so; a stream that ends without it was cut short. */
export type MemberPage = { readonly members: readonly MemberRecord[]; readonly last: boolean };

/** What evaluation needs of Graph. */
export type ObjectReader = {
  readObject(object: ObjectRef): Promise<ReadOutcome<Found>>;
  /** Direct members, page by page. A failed page ends the stream with the failure. */
  readMembers(group: EntraId): AsyncIterable<MemberPage | { readonly failed: ReadFailure }>;
  /** Single members by id; an id that Graph does not know (any more) is absent from the answer. */
  readMemberRecords(ids: readonly EntraId[]): Promise<ReadOutcome<ReadonlyMap<EntraId, MemberRecord>>>;
};
