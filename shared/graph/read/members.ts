import type { EntraId, MemberRecord } from '../../domain/index.ts';
import { pagesOf } from '../request/pages.ts';
import type { Requester } from '../request/requester.ts';
import { anyMemberSelection, memberSchema } from '../schema/member.ts';
import { understand } from '../schema/understand.ts';
import type { MemberStep } from '../types.ts';
import { pageSize, query } from './query.ts';

/**
 * Streams the members of a group, or all that it holds directly and through groups. A stream that
 * does not end with a page marked `last` is not the whole membership.
 */
export async function* readMembers(
  requester: Requester,
  group: EntraId,
  link: 'members' | 'transitiveMembers',
  hidden: boolean,
): AsyncIterable<MemberStep> {
  const path = query(`/v1.0/groups/${group}/${link}`, anyMemberSelection, pageSize);
  const schema = memberSchema();
  let count = 0;
  for await (const page of pagesOf(requester, { path, permission: 'GroupMember.Read.All' })) {
    if ('failed' in page) return yield page;
    const members: MemberRecord[] = [];
    for (const value of page.values) {
      const member = understand(schema, value, `/groups/${group}/${link}`);
      if (member.outcome === 'failed') return yield { failed: member.why };
      members.push(member.value);
    }
    count += members.length;
    if (hidden && count === 0 && page.next === null) return yield { failed: unseen(group) };
    yield { members, last: page.next === null };
  }
}

const unseen = (group: EntraId) =>
  ({
    code: 'MEMBERS_HIDDEN',
    message: `Graph shows no members of ${group}, whose membership is hidden: they may be invisible to this app rather than absent. Grant the application permission Member.Read.Hidden.`,
    retry: 'later',
    needsPerson: true,
  }) as const;
