import type {
  Dn,
  EntraId,
  ObjectKind,
  ObjectRef,
  Operation,
  Reference,
  Sid,
} from '../../shared/domain/index.ts';
import type { DeviceRegistration } from '../plan/device-place.ts';
import type {
  DirectoryFacts,
  Observation,
  ObservedMember,
  ObservedObject,
  Resolved,
} from '../plan/observed.ts';
import type { UniqueValues } from '../plan/taken.ts';
import type { MarkedObject } from './read/observe-many.ts';

/** What to look for when observing one object. DNs are absolute. */
export type ObserveRequest = {
  readonly object: ObjectRef;
  /** Attributes to read besides the marker, class, name, SID, protection and timestamps. */
  readonly attributes: readonly string[];
  /** Places where an object with our marker may stand; the marker is searched in the whole domain all the same. */
  readonly targetDn: Dn | undefined;
  readonly samAccountName: string | undefined;
  readonly continues: Sid | undefined;
  /** Look among deleted objects when no live one carries the marker. */
  readonly includeDeleted: boolean;
};

/**
 * AD as the relay needs it. Every call either answers completely or throws a DirectoryError; a
 * truncated answer is an error, never a short list.
 */
export type Directory = {
  facts(): Promise<DirectoryFacts>;
  observe(request: ObserveRequest): Promise<Observation>;
  /** Where a device goes: as the forest says, unless a policy has insisted on a container. */
  deviceRegistration(insisted: Dn | undefined): Promise<DeviceRegistration>;
  /** One object by DN, or undefined. */
  read(dn: Dn, attributes: readonly string[]): Promise<ObservedObject | undefined>;
  /** All members of a group, streamed in slices; range retrieval inside. */
  members(group: Dn): AsyncIterable<readonly ObservedMember[]>;
  /** Which of these references are members of the group now. Costs no read of the whole membership. */
  memberStates(group: Dn, resolved: readonly Resolved[]): Promise<ReadonlySet<Reference>>;
  /**
   * Every object of the forest that has one of these values, whoever it is. Beyond the domain the global
   * catalog answers, which may lag behind by a replication.
   */
  findTaken(values: UniqueValues): Promise<readonly ObservedObject[]>;
  /** The AD object of each reference, in their order. */
  resolve(references: readonly Reference[]): Promise<readonly Resolved[]>;
  /** All objects that carry the markers of these ids, with few searches for many: what a sweep compares. */
  observeMany(
    kind: ObjectKind,
    ids: readonly EntraId[],
    attributes: readonly string[],
  ): Promise<readonly MarkedObject[]>;
  /** Every object of the kind that carries a marker, streamed in pages: what a sweep compares with the cloud. */
  marked(kind: ObjectKind): AsyncIterable<readonly ObservedObject[]>;
  /**
   * Applies one operation. Idempotent: what is already so is a success. Answers what it did, so that
   * an operation that found nothing to do is told from one that wrote. A write whose answer does not come throws a
   * DirectoryError with `applied: 'unknown'` and `retry: 'observe'`.
   */
  apply(operation: Operation): Promise<Applied>;
  close(): Promise<void>;
};

export type Applied = {
  readonly wrote: boolean;
  /** Where the object stands afterwards. */
  readonly dn: Dn;
  /** Members that AD refused, with its words; the others are written. */
  readonly refused: readonly { readonly member: Dn; readonly message: string }[];
  /** Values written by addMembers and removeMembers. */
  readonly memberCount: number;
};
