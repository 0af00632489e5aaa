import { guidOf, type Seed } from './ids.ts';
import type { Json } from './objects.ts';

export type GroupSetting = {
  readonly id: string;
  readonly displayName: string;
  readonly templateId: string;
  readonly values: readonly { readonly name: string; readonly value: string }[];
};

export type SentMail = {
  readonly from: string;
  readonly at: string;
  readonly saveToSentItems: boolean;
  readonly message: Json;
};

/** What belongs to the tenant as a whole and has neither delta feed nor notification. */
export type TenantSettings = {
  readonly organization: Record<string, Json>;
  /** The domain of new mail addresses. */
  readonly defaultDomain: string;
  /** Directory-wide group settings; empty in a new tenant, which means every default applies. */
  readonly groupSettings: Map<string, GroupSetting>;
  readonly subscribedSkus: readonly Json[];
  readonly synchronization: { readonly features: Record<string, boolean>; readonly configuration: Json };
  /** What `sendMail` was asked to send, oldest first. */
  readonly sentMail: SentMail[];
};

/** Service plans of Microsoft Entra ID P1 and P2, by Microsoft's published plan ids. */
const premiumPlans = [
  { servicePlanId: '41781fb2-bc02-4b7c-bd55-b576c07bb09d', servicePlanName: 'AAD_PREMIUM' },
  { servicePlanId: 'eec0eb4f-6444-4f95-aba0-50c24d67f998', servicePlanName: 'AAD_PREMIUM_P2' },
];

const defaultDomain = 'contoso.com';

const createOrganization = (tenantId: string): Record<string, Json> => ({
  id: tenantId,
  displayName: 'Contoso',
  countryLetterCode: 'NL',
  defaultUsageLocation: 'NL',
  onPremisesSyncEnabled: true,
  onPremisesLastSyncDateTime: '2026-01-05T08:00:00Z',
  preferredLanguage: 'en',
  tenantType: 'AAD',
  technicalNotificationMails: [],
  assignedPlans: premiumPlans.map(({ servicePlanId }) => ({
    assignedDateTime: '2025-06-01T00:00:00Z',
    capabilityStatus: 'Enabled',
    service: 'AADPremiumService',
    servicePlanId,
  })),
  verifiedDomains: [
    {
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: true,
      isInitial: false,
      name: defaultDomain,
      type: 'Managed',
    },
    {
      capabilities: 'Email',
      isDefault: false,
      isInitial: true,
      name: 'contoso.onmicrosoft.com',
      type: 'Managed',
    },
  ],
});

export const createSettings = (tenantId: string, seed: Seed): TenantSettings => ({
  organization: createOrganization(tenantId),
  defaultDomain,
  groupSettings: new Map(),
  subscribedSkus: [
    {
      id: `${tenantId}_${guidOf(seed, 'sku')}`,
      accountName: 'Contoso',
      appliesTo: 'User',
      capabilityStatus: 'Enabled',
      consumedUnits: 300,
      prepaidUnits: { enabled: 500, suspended: 0, warning: 0, lockedOut: 0 },
      servicePlans: premiumPlans.map((plan) => ({
        ...plan,
        appliesTo: 'User',
        provisioningStatus: 'Success',
      })),
      skuId: '84a661c4-e949-4bd2-a560-ed7766fcaf2b',
      skuPartNumber: 'AAD_PREMIUM_P2',
    },
  ],
  synchronization: {
    features: {
      deviceWritebackEnabled: false,
      groupWriteBackEnabled: false,
      passwordSyncEnabled: true,
      passwordWritebackEnabled: false,
      softMatchOnUpnEnabled: true,
      unifiedGroupWritebackEnabled: false,
      userWritebackEnabled: false,
    },
    configuration: {
      accidentalDeletionPrevention: { alertThreshold: 500, synchronizationPreventionType: 'enabledForCount' },
      synchronizationInterval: 'PT30M',
    },
  },
  sentMail: [],
});
