import { type MemberVerdict, memberJudge } from '../../desired/index.ts';
import type { EntraId, MemberRecord, ObjectKind } from '../../domain/index.ts';
import type { GroupSettings, Requirements } from '../../policy/index.ts';
import type { ObjectStates } from '../../state/index.ts';

/** Decides over members; asks the state which nested groups, users and devices are in AD by our hand. */
export type JudgeMembers = (members: readonly MemberRecord[]) => Promise<readonly MemberVerdict[]>;

/** How many states are read at the same time. */
const width = 16;

/**
 * The judge of one group's members. A member that has a SID needs no look at the state, and neither
 * does one of a kind that the policy never writes, so that a large group costs nothing here.
 */
export function createJudge(
  settings: Pick<GroupSettings, 'members' | 'nesting'>,
  written: Pick<Requirements, 'users' | 'devices'>,
  states: Pick<ObjectStates, 'load'>,
): JudgeMembers {
  const asks = (member: MemberRecord): ObjectKind | undefined => {
    if (member.onPremisesSecurityIdentifier !== null) return undefined;
    if (member.type === 'group') return 'group';
    if (member.type === 'user' && written.users.written) return 'user';
    return member.type === 'device' && written.devices.written ? 'device' : undefined;
  };
  return async (members) => {
    const inAd = new Set<EntraId>();
    const questions = members.flatMap((member) => {
      const kind = asks(member);
      return kind ? [{ kind, id: member.id }] : [];
    });
    for (let from = 0; from < questions.length; from += width) {
      const slice = questions.slice(from, from + width);
      const answers = await Promise.all(slice.map((object) => states.load(object)));
      answers.forEach((state, index) => {
        const object = slice[index];
        if (state.written && object) inAd.add(object.id);
      });
    }
    const judge = memberJudge(settings, (_kind, id) => inAd.has(id));
    return members.map(judge);
  };
}
