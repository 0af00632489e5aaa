import { EntraId, type ObjectRef, sessionOf } from '../domain/index.ts';
import type { StateStore } from './store.ts';

/**
 * Which groups left a member out because it is not in AD. When it appears there, they are told. An
 * entry too many costs one evaluation, which reads the truth; so nothing is taken off but on success.
 */
export type WaitingMembers = {
  add(member: EntraId, parent: ObjectRef): Promise<void>;
  parentsOf(member: EntraId): Promise<readonly ObjectRef[]>;
  remove(member: EntraId, parent: ObjectRef): Promise<void>;
};

const partition = 'waiting-members';
const keyOf = (member: EntraId, parent: ObjectRef): string => `${member}|${sessionOf(parent)}`;

export function waitingMembers(store: StateStore): WaitingMembers {
  return {
    add: async (member, parent) => void (await store.put(partition, keyOf(member, parent), {}, 'any')),
    parentsOf: async (member) => {
      const parents: ObjectRef[] = [];
      // "}" is the character after "|", so this is every key that begins with the member.
      for await (const { key } of store.list(partition, { from: `${member}|`, before: `${member}}` })) {
        const [kind, id] = key.slice(member.length + 1).split(':');
        const parsed = EntraId.safeParse(id);
        if (parsed.success && kind === 'group') parents.push({ kind, id: parsed.data });
      }
      return parents;
    },
    remove: async (member, parent) => void (await store.delete(partition, keyOf(member, parent))),
  };
}
