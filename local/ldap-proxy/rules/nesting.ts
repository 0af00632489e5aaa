import type { Result } from '../protocol.ts';
import { type Questions, textOf, textsOf } from '../questions.ts';
import type { Request } from '../requests.ts';
import type { Entry } from '../responses.ts';
import { type Rule, refusal } from '../rule.ts';
import { domainOf, type Scope, scopeOf } from './group-types.ts';

/**
 * Which groups may be members of which (MS-SAMR §3.1.1.8, the triggers of `member`; codes from MS-ERREF §2.2). The scope of
 * both decides, security or distribution alike:
 *
 * ```
 * member:       user or contact      global               universal   domain local
 * global        of the same domain   of the same domain   no          no
 * universal     yes                  yes                  yes         no
 * domain local  yes                  yes                  yes         of the same domain
 * ```
 */
export const nesting: Rule = {
  refuse: async (request, questions) => {
    const members = addedMembers(request);
    if (members.length === 0) return undefined;
    const group = await groupOf(request, questions);
    if (group === undefined) return undefined;
    const attributes = ['objectClass', 'groupType'];
    const found = await Promise.all(members.map((member) => questions.find(member, attributes)));
    for (const member of found) {
      const objection = member === undefined ? undefined : objectionTo(group, member);
      if (objection !== undefined) return objection;
    }
    return undefined;
  },
};

type Group = { readonly dn: string; readonly scope: Scope };

function objectionTo(group: Group, member: Entry): Result | undefined {
  const scope = scopeOf(textOf(member, 'groupType'));
  const elsewhere =
    domainOf(member.dn) !== domainOf(group.dn) || textsOf(member, 'objectClass').includes(foreign);
  if (group.scope === 'global') {
    if (scope === 'domainLocal') return refused('00002144', 'GLOBAL_CANT_HAVE_LOCAL_MEMBER');
    if (scope === 'universal') return refused('00002145', 'GLOBAL_CANT_HAVE_UNIVERSAL_MEMBER');
    if (elsewhere) return refused('00002147', 'GLOBAL_CANT_HAVE_CROSSDOMAIN_MEMBER');
  }
  if (group.scope === 'universal' && scope === 'domainLocal') {
    return refused('00002146', 'UNIVERSAL_CANT_HAVE_LOCAL_MEMBER');
  }
  if (group.scope === 'domainLocal' && scope === 'domainLocal' && elsewhere) {
    return refused('00002148', 'LOCAL_CANT_HAVE_CROSSDOMAIN_LOCAL_MEMBER');
  }
  return undefined;
}

const foreign = 'foreignSecurityPrincipal';

/** 53 with the Win32 code whose name, without ERROR_DS_, is given for the reader. */
const refused = (win32: string, _name: string): Result =>
  refusal(53, win32, 'SvcErr: DSID-031A1254, problem 5003 (WILL_NOT_PERFORM), data 0');

/** The DNs that a request makes members. */
export function addedMembers(request: Request): readonly string[] {
  if (request.operation === 'add') return memberValues(request.attributes);
  if (request.operation !== 'modify') return [];
  return memberValues(request.changes.filter(({ operation }) => operation !== 'delete'));
}

const memberValues = (attributes: readonly { readonly name: string; readonly values: readonly Buffer[] }[]) =>
  attributes
    .filter(({ name }) => name.toLowerCase() === 'member')
    .flatMap(({ values }) => values.map(String));

/** A group without groupType becomes a global security group. */
async function groupOf(request: Request, questions: Questions): Promise<Group | undefined> {
  if (request.operation === 'add') {
    const groupType = request.attributes.find(({ name }) => name.toLowerCase() === 'grouptype')?.values[0];
    return { dn: request.dn, scope: scopeOf(groupType?.toString()) ?? 'global' };
  }
  const entry = await questions.find(request.dn, ['groupType']);
  const scope = scopeOf(textOf(entry, 'groupType'));
  return entry === undefined || scope === undefined ? undefined : { dn: entry.dn, scope };
}
