/** How a device is known to Entra: registered (Workplace), joined (AzureAd), hybrid (ServerAd). */
export const deviceKinds = ['registered', 'joined', 'hybrid', 'unknown'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

const byTrustType: Readonly<Record<string, DeviceKind>> = {
  workplace: 'registered',
  azuread: 'joined',
  serverad: 'hybrid',
};

/** A hybrid device exists in AD as a computer whose objectGUID is the device id. */
export const deviceKind = (trustType: string | null): DeviceKind =>
  byTrustType[trustType?.toLowerCase() ?? ''] ?? 'unknown';
