import { z } from 'zod';
import type { Intent } from './intent.ts';

/** Which part of a complete membership: between two keys, `after` exclusive, `upTo` inclusive, null is open. */
export const MembershipPart = z.strictObject({
  part: z.int().min(1),
  parts: z.int().min(1),
  after: z.string().nullable(),
  upTo: z.string().nullable(),
});
export type MembershipPart = z.output<typeof MembershipPart>;

/** How much of an object an intent speaks about. */
export type HoldScope = {
  readonly intent: string;
  readonly membership: 'unchanged' | 'delta' | 'complete';
  readonly part?: MembershipPart | undefined;
};

export function scopeOf(intent: Intent): HoldScope {
  if (intent.type === 'remove') return { intent: intent.type, membership: 'unchanged' };
  const part = partOf(intent);
  return { intent: intent.type, membership: intent.membership.kind, ...(part && { part }) };
}

/** The part of a complete membership that an intent carries. */
export function partOf(intent: Intent): MembershipPart | undefined {
  if (intent.type === 'remove' || intent.membership.kind !== 'complete') return undefined;
  const { part, parts, after, upTo } = intent.membership;
  return { part, parts, after, upTo };
}

/**
 * Does a newer intent take the place of a held one for the same object? A removal replaces
 * everything, and is replaced by any write. A complete membership replaces what it covers: deltas, and
 * parts that overlap. A delta never replaces what takes members away, since it knows nothing of them.
 */
export function replaces(newer: HoldScope, held: HoldScope): boolean {
  if (newer.intent === 'remove' || held.intent === 'remove') return true;
  if (newer.membership === 'complete')
    return held.membership !== 'complete' || overlap(newer.part, held.part);
  return held.membership === 'unchanged';
}

function overlap(one: MembershipPart | undefined, other: MembershipPart | undefined): boolean {
  if (!one || !other) return true;
  const beginsBeforeEnd = (a: MembershipPart, b: MembershipPart): boolean =>
    a.after === null || b.upTo === null || a.after < b.upTo;
  return beginsBeforeEnd(one, other) && beginsBeforeEnd(other, one);
}
