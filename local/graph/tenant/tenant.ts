import { type Change, type ChangeLog, createChangeLog, type LinkChange } from './change-log.ts';
import { secondsOf } from './date-time.ts';
import { purge, purgeExpired, restore, softDelete } from './deletion.ts';
import { createIds, type Seed } from './ids.ts';
import {
  type DirectoryObject,
  type Json,
  type LinkName,
  linkNames,
  type ObjectKind,
  type Properties,
} from './objects.ts';
import { createSeeding, type Seeding } from './seeding.ts';
import { createSettings, type TenantSettings } from './settings.ts';
import { createStore, type Store } from './store.ts';

export type LinkTargets = Partial<Readonly<Record<LinkName, readonly string[]>>>;

/** What a change says; the tenant adds when and in which order. */
export type Occurrence = Pick<Change, 'event' | 'object'> &
  Partial<Omit<Change, 'sequence' | 'at' | 'event' | 'object'>>;

/**
 * One directory in memory. It keeps itself consistent (references, keys, recycle bin) and tells everybody of each
 * change; it does not judge who may write what: that is for the routes. Ids depend on the seed alone.
 */
export type Tenant = {
  readonly tenantId: string;
  readonly store: Store;
  readonly log: ChangeLog;
  readonly settings: TenantSettings;
  /** Fills the directory without history: no feed item, no notification. */
  readonly seed: Seeding;
  /** Milliseconds since the epoch, by the clock that the tenant was given plus {@link Tenant.shiftClock}. */
  now(): number;
  /** Sets how far the tenant's clock is ahead of the one it was given, in milliseconds. */
  shiftClock(aheadMs: number): void;
  nextId(): string;
  /** The live object; undefined when it is unknown, soft-deleted or purged. */
  find(id: string): DirectoryObject | undefined;
  create(kind: ObjectKind, properties: Properties, links?: LinkTargets, id?: string): DirectoryObject;
  /** Sets properties (null clears) and adds references in one change; nothing is recorded when nothing differs. */
  update(id: string, properties: Readonly<Properties>, links?: LinkTargets): void;
  /** Adds references; answers those that were new. */
  link(link: LinkName, from: string, targets: readonly string[]): readonly string[];
  /** Removes references; answers those that existed. */
  unlink(link: LinkName, from: string, targets: readonly string[]): readonly string[];
  /** Moves a live object to the recycle bin and severs what pointed at it. */
  softDelete(id: string): void;
  restore(id: string): void;
  /** Removes a live or soft-deleted object for good. */
  purge(id: string): void;
  /** Purges what has been in the recycle bin for 30 days. */
  purgeExpired(): void;
  /** Appends to the history and tells the listeners; for the tenant's own modules. */
  record(occurrence: Occurrence): void;
  onChange(listener: (change: Change) => void): void;
};

export type TenantOptions = { readonly tenantId: string; readonly seed?: Seed; readonly now?: () => number };

const unchanged: ReadonlyMap<string, Json | undefined> = new Map();
const sameJson = (one: Json | undefined, other: Json | undefined) =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

export const createTenant = ({ tenantId, seed = 1, now = Date.now }: TenantOptions): Tenant => {
  const store = createStore();
  const log = createChangeLog();
  const listeners: ((change: Change) => void)[] = [];
  const nextId = createIds(seed, tenantId);
  let aheadMs = 0;
  const clock = () => now() + aheadMs;

  const record = ({ event, object, before, deletedBefore, links, consequence }: Occurrence) => {
    const change = log.append({
      at: clock(),
      event,
      object,
      before: before ?? unchanged,
      deletedBefore,
      links: links ?? [],
      consequence: consequence ?? false,
    });
    for (const listener of listeners) listener(change);
  };

  const liveOrThrow = (id: string): DirectoryObject => {
    const object = store.objects.get(id);
    if (!object || object.deletedAt !== undefined)
      throw new Error(`Tenant ${tenantId} has no live object ${id}.`);
    return object;
  };

  const assign = (object: DirectoryObject, properties: Readonly<Properties>) => {
    const before = new Map<string, Json | undefined>();
    store.keys.remove(object);
    for (const [name, value] of Object.entries(properties)) {
      if (sameJson(object.properties[name], value)) continue;
      before.set(name, object.properties[name]);
      if (value === null) delete object.properties[name];
      else object.properties[name] = value;
    }
    store.keys.add(object);
    return before;
  };

  const addLinks = (from: string, targets: LinkTargets): LinkChange[] =>
    linkEntries(targets).flatMap(([link, ids]) => {
      const added = ids.filter((target) => store.links.add(link, from, target));
      return added.length > 0 ? [{ link, added, removed: [] }] : [];
    });

  const tenant: Tenant = {
    tenantId,
    store,
    log,
    settings: createSettings(tenantId, seed),
    seed: createSeeding(store, nextId, clock),
    now: clock,
    shiftClock: (ahead) => {
      aheadMs = ahead;
    },
    nextId,
    find: (id) => (store.isLive(id) ? store.objects.get(id) : undefined),
    create: (kind, properties, links = {}, id = nextId()) => {
      const object: DirectoryObject = { kind, id, properties: {}, deletedAt: undefined, severed: [] };
      const created = { createdDateTime: secondsOf(clock()), ...properties };
      const before = assign(object, created);
      store.putLive(object);
      record({ event: 'created', object, before, links: addLinks(id, links) });
      return object;
    },
    update: (id, properties, links = {}) => {
      const object = liveOrThrow(id);
      const before = assign(object, properties);
      const added = addLinks(id, links);
      if (before.size + added.length > 0) record({ event: 'updated', object, before, links: added });
    },
    link: (link, from, targets) => {
      const object = liveOrThrow(from);
      const change = addLinks(from, { [link]: targets });
      if (change.length > 0) record({ event: 'updated', object, links: change });
      return change[0]?.added ?? [];
    },
    unlink: (link, from, targets) => {
      const object = liveOrThrow(from);
      const removed = targets.filter((target) => store.links.remove(link, from, target));
      if (removed.length > 0) record({ event: 'updated', object, links: [{ link, added: [], removed }] });
      return removed;
    },
    softDelete: (id) => softDelete(tenant, liveOrThrow(id)),
    restore: (id) => restore(tenant, id),
    purge: (id) => purge(tenant, id),
    purgeExpired: () => purgeExpired(tenant),
    record,
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
  return tenant;
};

const linkEntries = (targets: LinkTargets): [LinkName, readonly string[]][] =>
  linkNames.map((link) => [link, targets[link] ?? []]);
