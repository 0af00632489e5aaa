import type { GraphCall } from './graph-call.ts';
import type { GrantPlan } from './plan-grants.ts';

/**
 * Grants what the plan says and, with `withdraw`, takes away what is superfluous: first the new, then the
 * old, so that nothing stops working in between. May be repeated after a failure: plan anew.
 */
export async function applyGrants(call: GraphCall, plan: GrantPlan, withdraw: boolean): Promise<void> {
  const assignedTo = `/servicePrincipals/${plan.graphId}/appRoleAssignedTo`;
  for (const { roleId } of plan.grant) {
    await call('POST', assignedTo, {
      principalId: plan.identity.id,
      resourceId: plan.graphId,
      appRoleId: roleId,
    });
  }
  if (!withdraw) return;
  for (const { assignmentId } of plan.superfluous) await call('DELETE', `${assignedTo}/${assignmentId}`);
}
