import { z } from 'zod';
import { EntraId, type MembershipDelta } from '../domain/index.ts';

/**
 * `@removed` has two shapes: an object with a reason in delta feeds, a bare string in notifications.
 * "changed" means soft-deleted and restorable, "deleted" means for good; of a member either means
 * that it left the group. Null says the same as no `@removed` at all.
 */
export const Removed = z
  .union([
    z.looseObject({ reason: z.string().nullish() }).transform(({ reason }) => reason ?? 'deleted'),
    z.string(),
  ])
  .nullish()
  .transform((reason) => reason ?? undefined);

const Member = z.looseObject({ id: EntraId, '@removed': Removed });

/** The members that came and went, and the entries that could not be read. */
export type MembersRead = {
  readonly delta: MembershipDelta;
  readonly refused: readonly string[];
};

/**
 * Reads a `members@delta` list. Of a member that stands in it more than once, the last entry counts,
 * as Graph lists them in the order in which they happened.
 */
export function readMembersDelta(entries: readonly unknown[]): MembersRead {
  const last = new Map<EntraId, 'added' | 'removed'>();
  const refused: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const member = Member.safeParse(entry);
    if (member.success) {
      last.set(member.data.id, member.data['@removed'] === undefined ? 'added' : 'removed');
    } else {
      refused.push(`members@delta[${index}]: ${z.prettifyError(member.error).replaceAll('\n', ' ')}`);
    }
  }
  const pick = (what: 'added' | 'removed') => [...last].filter(([, how]) => how === what).map(([id]) => id);
  return { delta: { added: pick('added'), removed: pick('removed') }, refused };
}
