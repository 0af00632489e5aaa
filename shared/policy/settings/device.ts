import { z } from 'zod';
import { commonSettings } from './common.ts';
import { endingSchema } from './ending.ts';
import { containerDn } from './text.ts';

const ending = endingSchema(['keep', 'delete', 'disable'], 'DeviceEnding');

const deletionShape = {
  stale: ending.describe('When the device has not signed in for staleAfterDays.'),
  softDeleted: ending.describe('When the device is in the recycle bin of the tenant.'),
  hardDeleted: ending.describe('When the device is permanently deleted.'),
  outOfScope: ending.describe('When no rule writes the device any more.'),
};
const flatShape = {
  writeback: z.boolean().describe('Whether devices that match are written.'),
  container: containerDn.describe(
    'The msDS-DeviceContainer. CN=RegisteredDevices stands for the one that msDS-DeviceLocation of the forest names; another is taken as it is.',
  ),
  staleAfterDays: z.int().min(1).max(3650).nullable().describe('Days without sign-in; null: never stale.'),
  ...commonSettings,
};

/** What a rule says of a device, complete. */
export const DeviceSettings = z.strictObject({ ...flatShape, deletion: z.strictObject(deletionShape) });
export type DeviceSettings = z.output<typeof DeviceSettings>;

/** The same as people write it: what is left out is taken from the defaults. */
export const writtenDeviceShape = z
  .strictObject({ ...flatShape, deletion: z.strictObject(deletionShape).partial() })
  .partial();
