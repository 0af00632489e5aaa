import type { Permission } from './permissions.ts';
import type { Grants } from './read-grants.ts';

/** What setup would change, and what stays. */
export type GrantPlan = {
  readonly identity: Grants['identity'];
  readonly graphId: string;
  readonly grant: readonly (Permission & { readonly roleId: string })[];
  readonly kept: readonly Permission[];
  /** Permissions that the identity has, but that nothing it does needs. */
  readonly superfluous: readonly { readonly name: string; readonly assignmentId: string }[];
  /** Permissions that this cloud does not have: their features do not work here. */
  readonly unavailable: readonly Permission[];
};

/** Compares what is wanted with what is there. Changes nothing. */
export function planGrants(
  { identity, graphId, roleIds, assigned }: Grants,
  wanted: readonly Permission[],
): GrantPlan {
  const roleId = ({ name }: Permission): string | undefined => roleIds.get(name);
  const has = (permission: Permission): boolean => assigned.has(roleId(permission) ?? '');
  const names = new Map([...roleIds].map(([name, id]) => [id, name]));
  const needed = new Set(wanted.map(roleId));
  return {
    identity,
    graphId,
    grant: wanted.flatMap((permission) => {
      const id = roleId(permission);
      return id !== undefined && !has(permission) ? [{ ...permission, roleId: id }] : [];
    }),
    kept: wanted.filter(has),
    superfluous: [...assigned]
      .filter(([id]) => !needed.has(id))
      .map(([id, assignmentId]) => ({ name: names.get(id) ?? id, assignmentId })),
    unavailable: wanted.filter((permission) => roleId(permission) === undefined),
  };
}
