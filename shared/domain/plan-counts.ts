import { z } from 'zod';
import type { Plan } from './operation.ts';

/** How much a plan would do, in numbers that can be added up over many plans. */
export const PlanCounts = z.strictObject({
  /** Objects that would appear: created, or brought back. */
  created: z.int().min(0),
  /** Objects whose attributes, type, name or place would change. */
  changed: z.int().min(0),
  /** Objects that would be deleted. */
  deleted: z.int().min(0),
  membersAdded: z.int().min(0),
  membersRemoved: z.int().min(0),
});
export type PlanCounts = z.output<typeof PlanCounts>;

export const nothingCounted: PlanCounts = {
  created: 0,
  changed: 0,
  deleted: 0,
  membersAdded: 0,
  membersRemoved: 0,
};

/** Counts one plan, which is about one object. What is created is not counted as changed too. */
export function countPlan({ operations }: Plan): PlanCounts {
  const has = (...kinds: readonly string[]): 0 | 1 =>
    operations.some(({ op }) => kinds.includes(op)) ? 1 : 0;
  const members = (kind: 'addMembers' | 'removeMembers'): number =>
    operations.reduce((sum, one) => sum + (one.op === kind ? one.members.length : 0), 0);
  const created = has('create', 'reanimate');
  return {
    created,
    changed: created ? 0 : has('modify', 'move'),
    deleted: has('delete'),
    membersAdded: members('addMembers'),
    membersRemoved: members('removeMembers'),
  };
}

/** The parts of one membership, planned one by one, as one: what they say of the object itself is the same. */
export function addParts(first: PlanCounts, second: PlanCounts): PlanCounts {
  return {
    created: Math.max(first.created, second.created),
    changed: Math.max(first.changed, second.changed),
    deleted: Math.max(first.deleted, second.deleted),
    membersAdded: first.membersAdded + second.membersAdded,
    membersRemoved: first.membersRemoved + second.membersRemoved,
  };
}

/** What two objects come to. */
export function addCounts(one: PlanCounts, other: PlanCounts): PlanCounts {
  return {
    created: one.created + other.created,
    changed: one.changed + other.changed,
    deleted: one.deleted + other.deleted,
    membersAdded: one.membersAdded + other.membersAdded,
    membersRemoved: one.membersRemoved + other.membersRemoved,
  };
}
