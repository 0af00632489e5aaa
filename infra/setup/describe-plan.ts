import { type Feature, permissions } from './permissions.ts';
import type { GrantPlan } from './plan-grants.ts';

/**
 * The plan for people, one line per permission, and what would be granted for features that nobody asked for.
 * `withdraw` says whether superfluous ones are taken away.
 */
export function describePlan(plan: GrantPlan, features: readonly Feature[], withdraw: boolean): string {
  const { identity, grant, kept, superfluous, unavailable } = plan;
  const lines = [
    `Permissions of Microsoft Graph for ${identity.displayName} (${identity.id}):`,
    ...grant.map(({ name, why }) => `  + ${name}: ${why}.`),
    ...kept.map(({ name }) => `  = ${name}: granted already.`),
    ...superfluous.map(({ name }) =>
      withdraw
        ? `  - ${name}: not needed, is withdrawn.`
        : `  ? ${name}: not needed. --withdraw takes it away.`,
    ),
    ...unavailable.map(({ name, why }) => `  ! ${name}: this cloud does not have it (${why}).`),
    ...permissions.flatMap(({ name, feature, why }) =>
      feature === undefined || features.includes(feature) || superfluous.some((one) => one.name === name)
        ? []
        : [`    ${name}: only with --feature ${feature}: ${why}.`],
    ),
  ];
  const changes = grant.length + (withdraw ? superfluous.length : 0);
  return [...lines, changes === 0 ? 'Nothing to change.' : `${changes} to change.`].join('\n');
}
