import { type LinkName, linkNames } from './objects.ts';
import { insertId, removeId, type SortedIds, sortedUnique } from './sorted-ids.ts';

type Direction = Map<string, SortedIds>;

/** References between objects, readable from both ends. Knows nothing of whether the objects live. */
export type Links = {
  /** Ids that `from` points at, ascending. */
  of(link: LinkName, from: string): readonly string[];
  /** Ids that point at `target`, ascending. */
  to(link: LinkName, target: string): readonly string[];
  /** Adds one reference; false when it existed. */
  add(link: LinkName, from: string, target: string): boolean;
  /** Sets all references of a fresh `from` at once; sorts once, for groups of hundreds of thousands. */
  addAll(link: LinkName, from: string, targets: Iterable<string>): readonly string[];
  /** Removes one reference; false when there was none. */
  remove(link: LinkName, from: string, target: string): boolean;
  /** Forgets every reference from and to an object. */
  forget(id: string): void;
};

const none: readonly string[] = [];

const listIn = (direction: Direction, id: string): SortedIds => {
  const existing = direction.get(id);
  if (existing) return existing;
  const created: SortedIds = [];
  direction.set(id, created);
  return created;
};

const dropFrom = (direction: Direction, id: string, other: string): boolean => {
  const ids = direction.get(id);
  if (!ids || !removeId(ids, other)) return false;
  if (ids.length === 0) direction.delete(id);
  return true;
};

export const createLinks = (): Links => {
  const table = new Map(
    linkNames.map((link) => [link, { forward: new Map() as Direction, back: new Map() as Direction }]),
  );
  const sides = (link: LinkName) => {
    const found = table.get(link);
    if (!found) throw new Error(`No link is called ${link}; known: ${linkNames.join(', ')}.`);
    return found;
  };

  const remove = (link: LinkName, from: string, target: string): boolean => {
    const { forward, back } = sides(link);
    return dropFrom(forward, from, target) && dropFrom(back, target, from);
  };

  return {
    of: (link, from) => sides(link).forward.get(from) ?? none,
    to: (link, target) => sides(link).back.get(target) ?? none,
    add: (link, from, target) => {
      const { forward, back } = sides(link);
      return insertId(listIn(forward, from), target) && insertId(listIn(back, target), from);
    },
    addAll: (link, from, targets) => {
      const { forward, back } = sides(link);
      const ids = sortedUnique([...(forward.get(from) ?? none), ...targets]);
      if (ids.length > 0) forward.set(from, ids);
      for (const target of ids) insertId(listIn(back, target), from);
      return ids;
    },
    remove,
    forget: (id) => {
      for (const link of linkNames) {
        for (const target of [...(sides(link).forward.get(id) ?? none)]) remove(link, id, target);
        for (const from of [...(sides(link).back.get(id) ?? none)]) remove(link, from, id);
      }
    },
  };
};
