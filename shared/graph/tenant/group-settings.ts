import { z } from 'zod';
import { type Answer, complete } from '../failure.ts';
import { collect } from '../read/collect.ts';
import type { Requester } from '../request/requester.ts';
import type { GroupSettings } from '../types.ts';

/** Template of the settings of Microsoft 365 groups (Microsoft Entra, groups settings cmdlets). */
const groupUnified = '62375ab9-6b52-47ed-826b-58e47e0e304b';

/** All values of group settings are text, also those that mean true and false. */
const Setting = z.looseObject({
  templateId: z.string(),
  values: z.array(z.looseObject({ name: z.string(), value: z.string().nullable() })),
});

/** Reads what the tenant says of new Microsoft 365 groups. Where nothing is set, they are written back. */
export async function readGroupSettings(requester: Requester): Promise<Answer<GroupSettings>> {
  const permission = 'GroupSettings.Read.All';
  const settings = await collect(requester, { path: '/v1.0/groupSettings', permission }, Setting);
  if (settings.outcome === 'failed') return settings;
  const unified = settings.value.find((one) => one.templateId.toLowerCase() === groupUnified);
  const value = unified?.values.find((one) => one.name === 'NewUnifiedGroupWritebackDefault')?.value;
  return complete({
    newUnifiedGroupWritebackDefault: value?.toLowerCase() !== 'false',
    configured: value !== undefined && value !== null && value !== '',
  });
}
