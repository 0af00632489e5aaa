import { AndFilter, OrFilter } from 'ldapts';
import type { Result } from '../protocol.ts';
import { equals, type Questions, textOf, textsOf } from '../questions.ts';
import { type Rule, refusal } from '../rule.ts';
import { domainOf, type Scope, scopeOf } from './group-types.ts';

/**
 * A group may change its scope only if it and its members, and it and the groups it is a member of, still fit afterwards
 * (MS-SAMR §3.1.1.8, the triggers of `groupType`; codes from MS-ERREF §2.2).
 */
export const groupTypeChange: Rule = {
  refuse: async (request, questions) => {
    if (request.operation !== 'modify') return undefined;
    const change = request.changes.find(({ name }) => name.toLowerCase() === 'grouptype');
    const to = scopeOf(change?.values[0]?.toString());
    if (to === undefined) return undefined;
    const group = await questions.find(request.dn, ['groupType']);
    const from = scopeOf(textOf(group, 'groupType'));
    if (group === undefined || from === undefined || from === to) return undefined;
    const members = await related(questions, group.dn, 'memberOf');
    const parents = await related(questions, group.dn, 'member');
    return objection(to, members, parents);
  },
};

function objection(to: Scope, members: readonly Scope[], parents: readonly Scope[]): Result | undefined {
  if (to === 'universal') {
    if (members.includes('domainLocal')) return refused('00002146');
    if (parents.includes('global')) return refused('00002182');
  }
  if (to === 'global') {
    if (members.includes('universal')) return refused('00002145');
    if (members.includes('domainLocal')) return refused('00002144');
  }
  if (to === 'domainLocal') {
    if (parents.includes('universal')) return refused('00002146');
    if (parents.includes('global')) return refused('00002144');
  }
  return undefined;
}

/** Scopes of the groups that name this one in `memberOf` (its members) or in `member` (those it is in). */
async function related(
  questions: Questions,
  dn: string,
  link: 'member' | 'memberOf',
): Promise<readonly Scope[]> {
  const base = domainOf(dn)
    .split('.')
    .map((label) => `DC=${label}`)
    .join(',');
  const filter = new AndFilter({
    filters: [new OrFilter({ filters: [equals('objectClass', 'group')] }), equals(link, dn)],
  });
  const groups = await questions.search(base, filter, ['groupType']);
  return groups.flatMap((group) => scopeOf(textsOf(group, 'groupType')[0]) ?? []);
}

const refused = (win32: string): Result =>
  refusal(53, win32, 'SvcErr: DSID-031A0FC0, problem 5003 (WILL_NOT_PERFORM), data 0');
