/**
 * `entra-writeback setup`: grants the managed identity of the functions the least permissions of Microsoft Graph.
 * Subscriptions are not made here, but looked for: the function app makes and renews its own.
 */
import { applyGrants } from './apply-grants.ts';
import { describePlan } from './describe-plan.ts';
import type { GraphCall } from './graph-call.ts';
import { type Feature, permissionsFor } from './permissions.ts';
import { planGrants } from './plan-grants.ts';
import { readGrants } from './read-grants.ts';
import { webhookPlan } from './webhook.ts';

export { type GraphCall, graphCall, SetupError } from './graph-call.ts';
export { type Feature, features, type Permission, permissions, permissionsFor } from './permissions.ts';
export { confirmWebhook, type WebhookLook } from './webhook.ts';

export type SetupRequest = {
  /** Object id of the identity: the output IDENTITY_PRINCIPAL_ID of the deployment. */
  readonly identityId: string;
  readonly features: readonly Feature[];
  /** Take away permissions that nothing needs. */
  readonly withdraw: boolean;
};

/**
 * Shows what would be changed, asks, and changes it. `consent` is asked only where there is something to
 * change. Answers whether everything is as it should be afterwards.
 *
 * @throws SetupError with the remedy, where Graph refuses
 */
export async function setUp(
  request: SetupRequest,
  call: GraphCall,
  show: (text: string) => void,
  consent: () => Promise<boolean>,
): Promise<boolean> {
  const { identityId, features, withdraw } = request;
  const plan = planGrants(await readGrants(call, identityId), permissionsFor(features));
  show(describePlan(plan, features, withdraw));
  show(webhookPlan);
  const changes = plan.grant.length + (withdraw ? plan.superfluous.length : 0);
  const complete = plan.unavailable.length === 0;
  if (changes === 0) return complete;
  if (!(await consent())) {
    show('Nothing was changed.');
    return false;
  }
  await applyGrants(call, plan, withdraw);
  show('Done. It can take some minutes until Graph honours new permissions.');
  return complete;
}
