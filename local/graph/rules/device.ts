import { invalidRequest } from '../http/graph-error.ts';
import { isGuid } from '../tenant/ids.ts';
import type { Properties } from '../tenant/objects.ts';

/** @throws GraphError 400 for a device id that is no GUID and for security ids without a key. */
export const checkNewDevice = (device: Properties): void => {
  if (!isGuid(String(device.deviceId)))
    throw invalidRequest(`Invalid value specified for property 'deviceId' of resource 'Device'.`);
  const ids = Array.isArray(device.alternativeSecurityIds) ? device.alternativeSecurityIds : [];
  if (ids.length === 0 || ids.some((id: Properties) => typeof id?.key !== 'string')) {
    throw invalidRequest(
      `Invalid value specified for property 'alternativeSecurityIds' of resource 'Device'.`,
    );
  }
};
