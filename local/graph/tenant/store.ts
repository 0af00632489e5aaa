import { type AlternateKeys, createAlternateKeys } from './alternate-keys.ts';
import { createLinks, type Links } from './links.ts';
import { type DirectoryObject, type ObjectKind, objectKinds } from './objects.ts';
import { insertId, removeId, type SortedIds, sortedUnique } from './sorted-ids.ts';

/** What the tenant holds at this moment: objects, who points at whom, and the ids of each kind by state. */
export type Store = {
  readonly objects: Map<string, DirectoryObject>;
  /** Kinds of the objects that are permanently gone: a feed still has to name them. */
  readonly graves: Map<string, ObjectKind>;
  readonly links: Links;
  readonly keys: AlternateKeys;
  live(kind: ObjectKind): SortedIds;
  deleted(kind: ObjectKind): SortedIds;
  isLive(id: string): boolean;
  putLive(object: DirectoryObject): void;
  /** Like {@link Store.putLive} for many: the ids are put in order when somebody first looks. */
  plant(object: DirectoryObject): void;
  putDeleted(object: DirectoryObject): void;
  bury(object: DirectoryObject): void;
};

export const createStore = (): Store => {
  const objects = new Map<string, DirectoryObject>();
  const graves = new Map<string, ObjectKind>();
  const links = createLinks();
  const keys = createAlternateKeys();
  const lists = () => new Map<ObjectKind, SortedIds>(objectKinds.map((kind) => [kind, []]));
  const live = lists();
  const deleted = lists();
  const planted = new Map<ObjectKind, string[]>();
  const listOf = (table: Map<ObjectKind, SortedIds>, kind: ObjectKind) => table.get(kind) ?? [];

  const liveOf = (kind: ObjectKind): SortedIds => {
    const ids = listOf(live, kind);
    const added = planted.get(kind);
    if (!added) return ids;
    planted.delete(kind);
    const all = sortedUnique([...ids, ...added]);
    live.set(kind, all);
    return all;
  };

  return {
    objects,
    graves,
    links,
    keys,
    live: liveOf,
    deleted: (kind) => listOf(deleted, kind),
    isLive: (id) => objects.get(id)?.deletedAt === undefined && objects.has(id),
    putLive: (object) => {
      objects.set(object.id, object);
      removeId(listOf(deleted, object.kind), object.id);
      insertId(liveOf(object.kind), object.id);
      keys.add(object);
    },
    plant: (object) => {
      objects.set(object.id, object);
      const added = planted.get(object.kind);
      if (added) added.push(object.id);
      else planted.set(object.kind, [object.id]);
      keys.add(object);
    },
    putDeleted: (object) => {
      removeId(liveOf(object.kind), object.id);
      insertId(listOf(deleted, object.kind), object.id);
      keys.remove(object);
    },
    bury: (object) => {
      removeId(liveOf(object.kind), object.id);
      removeId(listOf(deleted, object.kind), object.id);
      keys.remove(object);
      links.forget(object.id);
      objects.delete(object.id);
      graves.set(object.id, object.kind);
    },
  };
};
