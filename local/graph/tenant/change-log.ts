import type { DirectoryObject, Json, LinkName, ObjectKind } from './objects.ts';

export type LinkChange = {
  readonly link: LinkName;
  readonly added: readonly string[];
  readonly removed: readonly string[];
};

export type ChangeEvent = 'created' | 'updated' | 'softDeleted' | 'restored' | 'purged';

/** One thing that happened to one object, with what is needed to undo it in a view that lags. */
export type Change = {
  /** Position in the tenant's history, from 1, without gaps. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: ChangeEvent;
  readonly object: DirectoryObject;
  /** The touched properties with the values they had before (undefined: the default). */
  readonly before: ReadonlyMap<string, Json | undefined>;
  /** When the object had been soft-deleted before this change. */
  readonly deletedBefore: number | undefined;
  readonly links: readonly LinkChange[];
  /** True when the change only follows from the deletion or restoration of another object. */
  readonly consequence: boolean;
};

export type ChangeLog = {
  append(change: Omit<Change, 'sequence'>): Change;
  /** The sequence of the latest change; 0 before the first. */
  last(): number;
  /** The changes of one kind with `after < sequence`, oldest first; a generator, so that a page reads only what it needs. */
  since(kind: ObjectKind, after: number): Generator<Change>;
  /** The latest sequence whose change is at least `ageMs` old at `now`. */
  lastAsOf(time: number): number;
};

/** The first index for which `isPast` holds, in a list where it holds from some index on. */
const firstIndex = (list: readonly Change[], isPast: (change: Change) => boolean): number => {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const change = list[middle];
    if (change !== undefined && !isPast(change)) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const createChangeLog = (): ChangeLog => {
  const all: Change[] = [];
  const byKind = new Map<ObjectKind, Change[]>();

  return {
    append: (entry) => {
      const change: Change = { sequence: all.length + 1, ...entry };
      all.push(change);
      const sameKind = byKind.get(change.object.kind);
      if (sameKind) sameKind.push(change);
      else byKind.set(change.object.kind, [change]);
      return change;
    },
    last: () => all.length,
    *since(kind, after) {
      const list = byKind.get(kind) ?? [];
      for (let index = firstIndex(list, (change) => change.sequence > after); index < list.length; index++) {
        const change = list[index];
        if (change) yield change;
      }
    },
    lastAsOf: (time) => firstIndex(all, (change) => change.at > time),
  };
};
