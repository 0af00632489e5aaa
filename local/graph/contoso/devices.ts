import { hash } from 'node:crypto';
import { guidOf, type Seed } from '../tenant/ids.ts';
import type { DirectoryObject, Json, Properties } from '../tenant/objects.ts';
import type { Tenant } from '../tenant/tenant.ts';

/**
 * The security id of a registered device (type 2): `X509:<SHA1-TP-PUBKEY>`, the certificate's thumbprint in 40 hex
 * digits and the public key's SHA-256 in base64, all in UTF-16LE.
 */
export const deviceSecurityId = (thumbprint: string, publicKeyHash: string): Json => ({
  type: 2,
  identityProvider: null,
  key: Buffer.from(`X509:<SHA1-TP-PUBKEY>${thumbprint.toUpperCase()}${publicKeyHash}`, 'utf16le').toString(
    'base64',
  ),
});

const inventedSecurityId = (seed: Seed, deviceId: string): Json =>
  deviceSecurityId(hash('sha1', `${seed}/${deviceId}`), hash('sha256', `${seed}/${deviceId}`, 'base64'));

const trusts = ['AzureAd', 'Workplace', 'ServerAd', 'AzureAd'] as const;

const byTrust: Readonly<Record<(typeof trusts)[number], Properties>> = {
  AzureAd: {
    deviceOwnership: 'Company',
    isCompliant: true,
    isManaged: true,
    managementType: 'MDM',
    operatingSystem: 'Windows',
  },
  Workplace: { deviceOwnership: 'Personal', isCompliant: false, isManaged: false, operatingSystem: 'IPhone' },
  ServerAd: {
    deviceOwnership: 'Company',
    isManaged: true,
    onPremisesSyncEnabled: true,
    operatingSystem: 'Windows',
  },
};

/** Devices of every trust type, owned by the given users; every tenth is disabled, every fifteenth has no key. */
export const seedDevices = (
  tenant: Tenant,
  owners: readonly DirectoryObject[],
  seed: Seed,
): readonly DirectoryObject[] =>
  owners.map((owner, index) => {
    const trustType = trusts[index % trusts.length] ?? 'AzureAd';
    const deviceId = guidOf(seed, 'device', index);
    return tenant.seed.device(
      {
        ...byTrust[trustType],
        accountEnabled: index % 10 !== 9,
        alternativeSecurityIds: index % 15 === 14 ? [] : [inventedSecurityId(seed, deviceId)],
        approximateLastSignInDateTime: '2026-01-04T09:30:00Z',
        deviceId,
        deviceVersion: 2,
        displayName: `${trustType === 'Workplace' ? 'PHONE' : 'LAPTOP'}-${String(index + 1).padStart(3, '0')}`,
        manufacturer: 'Contoso',
        model: 'X1',
        operatingSystemVersion: '10.0.26100.1000',
        physicalIds: [`[USER-HWID]:${guidOf(seed, 'hardware', index)}`],
        profileType: 'RegisteredDevice',
        registrationDateTime: '2025-11-03T10:00:00Z',
        trustType,
      },
      { registeredOwners: [owner.id], registeredUsers: [owner.id] },
    );
  });
