import { z } from 'zod';
import { type DeviceProperties, EntraId } from '../../domain/index.ts';
import { flag, sid, text, texts, toldFlag, toldSid } from './fields.ts';

/** Graph declares every property of it nullable; without its type or its key it is no key. */
const key = z
  .object({ type: z.int().nullish(), identityProvider: text, key: text })
  .transform(({ type, key, identityProvider }) =>
    typeof type === 'number' && key !== null ? [{ type, identityProvider, key }] : [],
  );

const base = {
  id: EntraId,
  displayName: text,
  deviceId: EntraId,
  profileType: text,
  deviceOwnership: text,
  operatingSystem: text,
  operatingSystemVersion: text,
  deviceVersion: z
    .int()
    .nullish()
    .transform((value) => value ?? null),
  isManaged: flag,
  isCompliant: flag,
  managementType: text,
  physicalIds: texts,
  approximateLastSignInDateTime: text,
  registrationDateTime: text,
  alternativeSecurityIds: z
    .array(key)
    .nullish()
    .transform((keys) => keys?.flat() ?? []),
};

/** A live device: what decides whether AD has it as a computer, and whether it is enabled, must be there. */
const Live = z.object({
  ...base,
  accountEnabled: toldFlag,
  trustType: z.string().nullable(),
  onPremisesSyncEnabled: toldFlag,
  onPremisesSecurityIdentifier: toldSid,
});

/** A device in the recycle bin (Graph beta). */
const Deleted = z.object({
  ...base,
  accountEnabled: flag,
  trustType: text,
  onPremisesSyncEnabled: flag,
  onPremisesSecurityIdentifier: sid,
});

export const deviceSelection: readonly string[] = Object.keys(Live.shape);

export type DeviceRead = { readonly id: EntraId; readonly properties: DeviceProperties };

const deviceOf = ({ id, ...raw }: z.output<typeof Deleted>): DeviceRead => ({
  id,
  properties: { ...raw, registeredOwners: null, registeredUsers: null },
});

export const LiveDevice = Live.transform(deviceOf);
export const DeletedDevice = Deleted.transform(deviceOf);
