import { z } from 'zod';
import { EntraId, MemberReasonCode, Moment } from '../domain/index.ts';
import { inParallel } from './in-parallel.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

const Waiting = z.strictObject({ reason: MemberReasonCode, since: Moment });

export type WaitingMember = { readonly id: EntraId; readonly reason: MemberReasonCode };

/** Members that groups had to leave out: when one appears in AD, its groups are evaluated again. */
export type WaitingMembers = {
  add(group: EntraId, members: readonly WaitingMember[], since: Moment): Promise<void>;
  remove(group: EntraId, members: readonly EntraId[]): Promise<void>;
  /** Groups that left the member out, in the order of their ids. */
  groupsOf(member: EntraId): AsyncIterable<EntraId>;
};

export function createWaitingMembers(store: StateStore): WaitingMembers {
  const records = createRecords({
    store,
    partition: 'waitingMembers',
    what: 'The waiting member',
    version: 1,
    schema: Waiting,
  });
  const keyOf = (member: EntraId, group: EntraId): string => `${member}:${group}`;
  return {
    async add(group, members, since) {
      await inParallel(members, async ({ id, reason }) => {
        await records.save(keyOf(id, group), { reason, since }, 'any');
      });
    },
    async remove(group, members) {
      await inParallel(members, (id) => records.remove(keyOf(id, group)));
    },
    async *groupsOf(member) {
      for await (const { key } of records.list({ from: `${member}:`, before: `${member};` })) {
        yield EntraId.parse(key.slice(member.length + 1));
      }
    },
  };
}
