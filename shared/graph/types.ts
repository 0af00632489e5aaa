import type { Feed } from '../bus/index.ts';
import type {
  EntraId,
  LiveSnapshot,
  MemberRecord,
  ObjectKind,
  ObjectRef,
  ReadOutcome,
} from '../domain/index.ts';
import type { Answer, GraphFailure } from './failure.ts';
import type { FeedItem } from './feeds/feed-item.ts';
import type { Countable } from './read/member-counts.ts';
import type { Subscription, WantedSubscription } from './subscriptions/subscription.ts';

/**
 * What one read of an object found. `notFound` is neither in the tenant nor in its recycle bin: gone
 * if a tombstone says so, or not replicated yet (see `concludePresence`).
 */
export type Found =
  | { readonly presence: 'present' | 'softDeleted'; readonly snapshot: LiveSnapshot }
  | { readonly presence: 'notFound' };

/** What to read of an object beyond its own properties; each costs a request, extensions do not. */
export type ReadNeeds = {
  readonly owners?: boolean;
  readonly administrativeUnits?: boolean;
  /** Extension attributes by the name that Graph gives them, or `extensionAttribute1` to 15. */
  readonly extensions?: readonly string[];
  /** Whether the source of authority was moved to the cloud. Needs a permission of its own. */
  readonly syncBehavior?: boolean;
  /** Users only. */
  readonly manager?: boolean;
};

/** One page of a membership. The last page says so; a stream that ends without it was cut short. */
export type MemberPage = { readonly members: readonly MemberRecord[]; readonly last: boolean };
export type MemberStep = MemberPage | { readonly failed: GraphFailure };

/** One page of a list of all objects of a kind. `next` resumes after it, in any process; null after the last. */
export type ObjectPage = {
  readonly snapshots: readonly LiveSnapshot[];
  /** Entries that could not be read, each with the reason; they are not absent. */
  readonly refused: readonly string[];
  readonly next: string | null;
};
export type ObjectStep = ObjectPage | { readonly failed: GraphFailure };

/** One page of a feed. Its link is to be kept once all that it brought is safe. */
export type FeedPage = {
  readonly outcome: 'page';
  readonly items: readonly FeedItem[];
  readonly refused: readonly string[];
  readonly link: string;
  /** `next`: the round goes on; `delta`: it is over, the link is for the next drain. */
  readonly kind: 'next' | 'delta';
};

/** `resync`: Graph has forgotten the link; read everything again, and remove nothing on the way. */
export type FeedStep =
  | FeedPage
  | { readonly outcome: 'resync'; readonly location?: string; readonly why: GraphFailure }
  | { readonly outcome: 'failed'; readonly why: GraphFailure };

/** Where to begin: a kept link, everything from the start, or only what happens from now on. */
export type FeedFrom = 'start' | 'latest' | { readonly link: string };

/** What else a feed should show; fixed when it starts, the links carry it. */
export type FeedNeeds = { readonly owners?: boolean; readonly extensions?: readonly string[] };

export type GroupSettings = {
  /** `NewUnifiedGroupWritebackDefault`: true where nothing is configured. */
  readonly newUnifiedGroupWritebackDefault: boolean;
  readonly configured: boolean;
};

export type Organization = {
  readonly id: EntraId;
  readonly displayName: string | null;
  readonly onPremisesSyncEnabled: boolean;
  readonly onPremisesLastSyncDateTime: string | null;
  readonly verifiedDomains: readonly string[];
  /** The highest licence of Entra ID that is enabled. */
  readonly licence: 'free' | 'P1' | 'P2';
};

/** Features of Entra Connect as the tenant has them; undefined where the answer does not say. */
export type TenantFeatures = {
  readonly groupWriteBackEnabled: boolean | undefined;
  readonly unifiedGroupWritebackEnabled: boolean | undefined;
  readonly deviceWritebackEnabled: boolean | undefined;
  readonly userWritebackEnabled: boolean | undefined;
};

/** Microsoft Graph as far as we need it. Nothing throws for what Graph answers: failures are outcomes. */
export type Graph = {
  readObject(object: ObjectRef, needs?: ReadNeeds): Promise<ReadOutcome<Found>>;
  readGroup(id: EntraId, needs?: ReadNeeds): Promise<ReadOutcome<Found>>;
  readUser(id: EntraId, needs?: ReadNeeds): Promise<ReadOutcome<Found>>;
  readDevice(id: EntraId, needs?: ReadNeeds): Promise<ReadOutcome<Found>>;
  /**
   * Direct members, page by page. `hidden`: the membership of the group is hidden, where Graph may
   * answer an empty list to those who may not see it, so that an empty one is a failure.
   */
  readMembers(group: EntraId, options?: { readonly hidden?: boolean }): AsyncIterable<MemberStep>;
  /** Members of members as well; groups are among them. */
  readTransitiveMembers(group: EntraId, options?: { readonly hidden?: boolean }): AsyncIterable<MemberStep>;
  /** Direct members of many groups; absent from the answer where Graph shows no count (see `countMembers`). */
  countMembers(groups: readonly Countable[]): Promise<ReadOutcome<ReadonlyMap<EntraId, number>>>;
  readOwners(group: EntraId): Promise<ReadOutcome<readonly EntraId[]>>;
  /** Single members by id; an id that Graph does not know (any more) is absent from the answer. */
  readMemberRecords(ids: readonly EntraId[]): Promise<ReadOutcome<ReadonlyMap<EntraId, MemberRecord>>>;
  /** All objects of a kind, page by page, from the beginning or from where a page said to go on. */
  listObjects(
    kind: ObjectKind,
    options?: { readonly from?: string; readonly extensions?: readonly string[] },
  ): AsyncIterable<ObjectStep>;
  /**
   * Snapshots of a list with what a list lacks, many to a request; absent from the answer where Graph did
   * not tell all of it (see `completeSnapshots`).
   */
  completeSnapshots(
    snapshots: readonly LiveSnapshot[],
    needs: ReadNeeds,
  ): Promise<ReadOutcome<ReadonlyMap<EntraId, LiveSnapshot>>>;
  /** One drain of a feed: its pages to the end of the round, or until Graph refuses. */
  drainFeed(feed: Feed, from: FeedFrom, needs?: FeedNeeds): AsyncIterable<FeedStep>;
  listSubscriptions(): Promise<Answer<readonly Subscription[]>>;
  createSubscription(wanted: WantedSubscription, expires: Date): Promise<Answer<Subscription>>;
  renewSubscription(id: string, expires: Date): Promise<Answer<Subscription>>;
  reauthorizeSubscription(id: string): Promise<Answer<undefined>>;
  /** Deleting what is not there is no error. */
  deleteSubscription(id: string): Promise<Answer<undefined>>;
  readGroupSettings(): Promise<Answer<GroupSettings>>;
  readOrganization(): Promise<Answer<Organization>>;
  readTenantFeatures(): Promise<Answer<TenantFeatures>>;
};
