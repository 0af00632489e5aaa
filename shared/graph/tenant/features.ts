import { z } from 'zod';
import { type Answer, complete } from '../failure.ts';
import { collect } from '../read/collect.ts';
import type { Requester } from '../request/requester.ts';
import type { TenantFeatures } from '../types.ts';

const on = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

const Synchronization = z.looseObject({
  features: z.looseObject({
    groupWriteBackEnabled: on,
    unifiedGroupWritebackEnabled: on,
    deviceWritebackEnabled: on,
    userWritebackEnabled: on,
  }),
});

/**
 * Reads which writeback features Entra Connect has on. Graph tells only people (a delegated token),
 * not apps: with the identity of the function app this fails, and says so.
 */
export async function readTenantFeatures(requester: Requester): Promise<Answer<TenantFeatures>> {
  const path = '/v1.0/directory/onPremisesSynchronization';
  const permission = 'OnPremDirectorySynchronization.Read.All (delegated: sign in as a person)';
  const answer = await collect(requester, { path, permission }, Synchronization);
  if (answer.outcome === 'failed') return answer;
  const features = answer.value[0]?.features;
  return complete({
    groupWriteBackEnabled: features?.groupWriteBackEnabled,
    unifiedGroupWritebackEnabled: features?.unifiedGroupWritebackEnabled,
    deviceWritebackEnabled: features?.deviceWritebackEnabled,
    userWritebackEnabled: features?.userWritebackEnabled,
  });
}
