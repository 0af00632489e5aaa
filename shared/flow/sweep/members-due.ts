import type { EntraId } from '../../domain/index.ts';
import type { ObjectState } from '../../state/index.ts';
import type { Sweep } from './sweep-state.ts';

/**
 * Whether the members were read so soon after a feed started that the read may not show what happened
 * just before: the feed does not tell that either.
 */
export const wereReadTooSoon = (
  { membersReadAt }: ObjectState,
  { membersBefore }: Pick<Sweep, 'membersBefore'>,
): boolean =>
  membersBefore !== undefined &&
  (membersReadAt === undefined || Date.parse(membersReadAt) < Date.parse(membersBefore));

const dayMs = 86_400_000;

/**
 * Whether a group's members are read completely by this sweep. The feed carries every change of
 * members, and the relay compares AD with what was read last; a complete read of each group in every
 * five to seven days is the third look, which needs neither to be right. Groups are spread over two
 * days, so that those that were written first together are not read together for ever.
 */
export function areMembersDue(
  state: ObjectState,
  sweep: Pick<Sweep, 'full'>,
  id: EntraId,
  now: Date,
): boolean {
  if (sweep.full || state.membersReadAt === undefined) return true;
  const spread = (Number.parseInt(id.slice(0, 2), 16) / 256) * 2 * dayMs;
  return now.getTime() - Date.parse(state.membersReadAt) > 5 * dayMs + spread;
}
