import type { Parsed } from './world.ts';

export type MirroredGroup = { displayName: string | undefined; readonly members: Set<string> };

/** What a careful reader of the group feed knows: items in order, the last word wins, membership as set operations. */
export const createMirror = () => {
  const groups = new Map<string, MirroredGroup>();

  const apply = (item: Parsed): void => {
    if (item['@removed']) {
      groups.delete(item.id);
      return;
    }
    const group = groups.get(item.id) ?? { displayName: undefined, members: new Set<string>() };
    if ('displayName' in item) group.displayName = item.displayName;
    for (const member of item['members@delta'] ?? []) {
      if (member['@removed']) group.members.delete(member.id);
      else group.members.add(member.id);
    }
    groups.set(item.id, group);
  };

  return {
    applyAll: (items: readonly Parsed[]) => {
      for (const item of items) apply(item);
    },
    state: () =>
      Object.fromEntries(
        [...groups].map(([id, { displayName, members }]) => [
          id,
          { displayName, members: [...members].sort() },
        ]),
      ),
  };
};
