import type { Change } from '../tenant/change-log.ts';
import type { DirectoryObject, LinkName, ObjectKind, Properties } from '../tenant/objects.ts';
import { insertId, removeId } from '../tenant/sorted-ids.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Behaviour } from './behaviour.ts';
import type { Draw } from './chance.ts';
import type { LagSettings } from './settings.ts';

/** An object as a reader sees it, which may be as it was a while ago. */
export type SeenObject = Pick<DirectoryObject, 'kind' | 'id' | 'deletedAt'> & {
  readonly properties: Readonly<Properties>;
};

/** The tenant as readers see it: eventually consistent when the behaviour says so, current otherwise. */
export type View = {
  /** The object, live or in the recycle bin; undefined when it is not (yet, or any more) there. */
  object(id: string): SeenObject | undefined;
  liveIds(kind: ObjectKind): readonly string[];
  deletedIds(kind: ObjectKind): readonly string[];
  linkedIds(link: LinkName, from: string): readonly string[];
};

type Pending = { readonly change: Change; readsLeft: number };
type Backlog = Map<string, Pending[]>;

const undo = (
  seen: SeenObject | undefined,
  { event, object, before, deletedBefore }: Change,
): SeenObject | undefined => {
  if (event === 'created') return undefined;
  const properties: Properties = { ...(seen ?? object).properties };
  for (const [name, value] of before) {
    if (value === undefined) delete properties[name];
    else properties[name] = value;
  }
  return {
    kind: object.kind,
    id: object.id,
    properties,
    deletedAt: event === 'updated' ? seen?.deletedAt : deletedBefore,
  };
};

export const createView = (tenant: Tenant, behaviour: Behaviour, draw: Draw): View => {
  const objects: Backlog = new Map();
  const memberships: Backlog = new Map();

  tenant.onChange((change) => {
    const { reads, memberships: lists } = behaviour.settings;
    const keep = (backlog: Backlog, lag: LagSettings) => {
      if (lag.ms === 0 && lag.reads === 0) return;
      const entry = { change, readsLeft: lag.reads };
      const entries = backlog.get(change.object.id);
      if (entries) entries.push(entry);
      else backlog.set(change.object.id, [entry]);
    };
    keep(objects, reads);
    if (change.links.length > 0) keep(memberships, lists);
  });

  /** The changes of an object that this read must not see yet, newest first. */
  const unseen = (backlog: Backlog, id: string, lag: LagSettings): readonly Change[] => {
    const entries = backlog.get(id);
    if (!entries || (lag.probability < 1 && draw() >= lag.probability)) return [];
    const from = entries.findIndex(
      ({ change, readsLeft }) => readsLeft > 0 || change.at + lag.ms > tenant.now(),
    );
    if (from === -1) {
      backlog.delete(id);
      return [];
    }
    const hidden = entries.slice(from);
    for (const entry of hidden) entry.readsLeft = Math.max(0, entry.readsLeft - 1);
    return hidden.map(({ change }) => change).reverse();
  };

  const object = (id: string): SeenObject | undefined =>
    unseen(objects, id, behaviour.settings.reads).reduce<SeenObject | undefined>(
      undo,
      tenant.store.objects.get(id),
    );

  const idsInState = (
    kind: ObjectKind,
    current: readonly string[],
    inState: (seen: SeenObject) => boolean,
  ) => {
    if (objects.size === 0) return current;
    const ids = [...current];
    for (const id of [...objects.keys()]) {
      const seen = object(id);
      if (seen?.kind === kind && inState(seen)) insertId(ids, id);
      else removeId(ids, id);
    }
    return ids;
  };

  return {
    object,
    liveIds: (kind) => idsInState(kind, tenant.store.live(kind), (seen) => seen.deletedAt === undefined),
    deletedIds: (kind) =>
      idsInState(kind, tenant.store.deleted(kind), (seen) => seen.deletedAt !== undefined),
    linkedIds: (link, from) => {
      const current = tenant.store.links.of(link, from);
      const hidden = unseen(memberships, from, behaviour.settings.memberships);
      if (hidden.length === 0) return current;
      const ids = [...current];
      for (const change of hidden) {
        for (const { added, removed } of change.links.filter((links) => links.link === link)) {
          for (const id of added) removeId(ids, id);
          for (const id of removed) insertId(ids, id);
        }
      }
      return ids;
    },
  };
};
