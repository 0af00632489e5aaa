import { z } from 'zod';
import { EntraId } from '../../domain/index.ts';
import { type Answer, complete, failed } from '../failure.ts';
import { collect } from '../read/collect.ts';
import type { Requester } from '../request/requester.ts';
import { flag, text } from '../schema/fields.ts';
import type { Organization } from '../types.ts';

/** Service plans of Entra ID P1 and P2 (Microsoft Entra, product names and service plan identifiers for licensing). */
const plans = {
  P1: '41781fb2-bc02-4b7c-bd55-b576c07bb09d',
  P2: 'eec0eb4f-6444-4f95-aba0-50c24d67f998',
} as const;

/** `Warning`: the subscription has run out, and everything works until its grace period ends. */
const inForce: ReadonlySet<string> = new Set(['Enabled', 'Warning']);

const Tenant = z.looseObject({
  id: EntraId,
  displayName: text,
  onPremisesSyncEnabled: flag,
  onPremisesLastSyncDateTime: text,
  verifiedDomains: z.array(z.looseObject({ name: z.string() })),
  assignedPlans: z.array(z.looseObject({ servicePlanId: z.string(), capabilityStatus: z.string() })),
});

/** Reads what the tenant is, for `discover`. */
export async function readOrganization(requester: Requester): Promise<Answer<Organization>> {
  const permission = 'Organization.Read.All';
  const tenants = await collect(requester, { path: '/v1.0/organization', permission }, Tenant);
  if (tenants.outcome === 'failed') return tenants;
  const [tenant] = tenants.value;
  if (!tenant) {
    const message = 'Graph answers no organisation: the token belongs to no tenant.';
    return failed({ code: 'NOT_UNDERSTOOD', message, retry: 'never' });
  }
  const has = (plan: string): boolean =>
    tenant.assignedPlans.some((one) => one.servicePlanId === plan && inForce.has(one.capabilityStatus));
  return complete({
    id: tenant.id,
    displayName: tenant.displayName,
    onPremisesSyncEnabled: tenant.onPremisesSyncEnabled === true,
    onPremisesLastSyncDateTime: tenant.onPremisesLastSyncDateTime,
    verifiedDomains: tenant.verifiedDomains.map(({ name }) => name),
    licence: has(plans.P2) ? 'P2' : has(plans.P1) ? 'P1' : 'free',
  });
}
