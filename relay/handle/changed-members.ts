import {
  type ChangedMember,
  type Dn,
  EntraId,
  type LeftOut,
  type Plan,
  type Reference,
} from '../../shared/domain/index.ts';
import { sidName } from '../plan/candidates.ts';
import { referencesOf } from '../plan/member-facts.ts';
import type { PlanInput } from '../plan/planned.ts';

/** What is known of a member besides its name in the plan. */
type Identity = Omit<ChangedMember, 'change'>;

/**
 * Who was added and removed by operations that were written, for the history of each member. A plan
 * names members as AD takes them; here they get back the ids and SIDs by which people look for them.
 * Members that AD refused, `leftOut`, are not among them. A deleted group loses all its members.
 */
export function changedMembersOf(
  written: Plan,
  input: Pick<PlanInput, 'task' | 'members'>,
  leftOut: readonly LeftOut[],
): readonly ChangedMember[] {
  const known = identities(input);
  const refused = new Set(leftOut.map(({ reference }) => reference));
  const identityOf = (dn: Dn): Identity => known.get(dn) ?? { dn };
  const isRefused = (dn: Dn): boolean => refused.has(dn) || refused.has(known.get(dn)?.sid ?? dn);
  return written.operations.flatMap((operation): readonly ChangedMember[] => {
    switch (operation.op) {
      case 'addMembers':
        return operation.members
          .filter((dn) => !isRefused(dn))
          .map((dn) => ({ change: 'added', ...identityOf(dn) }));
      case 'removeMembers':
        return operation.members.map((dn) => ({ change: 'removed', ...identityOf(dn) }));
      case 'delete':
        return input.members.current.map(({ dn }) => ({ change: 'removed', ...identityOf(dn) }));
      default:
        return [];
    }
  });
}

function identities({ members, task }: Pick<PlanInput, 'task' | 'members'>): ReadonlyMap<Dn, Identity> {
  const known = new Map<Dn, Identity>();
  for (const { dn, sid, markerKey } of members.current) {
    const id = EntraId.safeParse(markerKey?.slice(markerKey.indexOf(':') + 1)).data;
    known.set(dn, { ...(id && { id }), ...(sid && { sid }), dn });
  }
  for (const one of members.resolved) {
    if (!one.found) continue;
    const { dn, sid, reference } = one;
    known.set(dn, { ...known.get(dn), ...idOf(reference), ...(sid && { sid }), dn });
  }
  for (const reference of task.do === 'write' ? referencesOf(task.membership) : []) {
    if (reference.by === 'sid') known.set(sidName(reference.sid), { ...idOf(reference), sid: reference.sid });
  }
  return known;
}

const idOf = ({ id }: Reference) => (id === undefined ? {} : { id });
