import { z } from 'zod';
import { Moment, ObjectRef, Severity, ViolationCode } from '../../domain/index.ts';

/**
 * What is told of an incident: it opened, it opened and was over before anybody was told, it is still
 * seen, or it is over.
 */
export const Happening = z.enum(['opened', 'passed', 'updated', 'resolved']);
export type Happening = z.output<typeof Happening>;

/** One incident as people read it. Its texts are short and clean, but come from anybody. */
export const Item = z.strictObject({
  incidentId: z.string(),
  severity: Severity,
  subject: z.string(),
  about: ObjectRef.optional(),
  rule: z.string().optional(),
  /** The held plan that waits for a person. */
  holdId: z.string().optional(),
  place: z.string().optional(),
  message: z.string(),
  remedy: z.string(),
  count: z.int().min(1),
  openedAt: Moment,
  lastAt: Moment,
  resolvedAt: Moment.optional(),
});
export type Item = z.output<typeof Item>;

/** Incidents of one code to which the same happened. */
export const Group = z.strictObject({
  event: Happening,
  code: ViolationCode,
  /** The highest of its incidents. */
  severity: Severity,
  count: z.int().min(1),
  /** The first of them; `count` says how many there are. */
  items: z.array(Item).readonly(),
});
export type Group = z.output<typeof Group>;

/** One message, before it becomes a card, a mail or an event. Small, however many incidents it tells of. */
export const Message = z.strictObject({
  id: z.string(),
  route: z.string(),
  at: Moment,
  groups: z.array(Group).readonly(),
});
export type Message = z.output<typeof Message>;

/** The only incident of a message, or undefined where there are more. */
export function onlyItem({ groups }: Message): { readonly group: Group; readonly item: Item } | undefined {
  const [group] = groups;
  const [item] = group?.items ?? [];
  return groups.length === 1 && group?.count === 1 && item ? { group, item } : undefined;
}

/** How many incidents a message tells of, in all or of one kind of happening. */
export const countOf = ({ groups }: Message, event?: Happening): number =>
  groups.reduce((sum, group) => sum + (event && group.event !== event ? 0 : group.count), 0);
