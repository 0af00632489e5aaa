import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { z } from 'zod';
import type { Known } from '../shared/flow/ask/discover.ts';
import type { TenantFeatures } from '../shared/graph/index.ts';

/** A Graph that a person may ask: its address, that person's token, and the authority of a local one. */
export type PersonalGraph = { readonly url: string; readonly token: string; readonly caFile?: string };

const on = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

const Synchronization = z.looseObject({
  value: z
    .array(
      z.looseObject({
        features: z.looseObject({
          groupWriteBackEnabled: on,
          unifiedGroupWritebackEnabled: on,
          deviceWritebackEnabled: on,
          userWritebackEnabled: on,
        }),
      }),
    )
    .min(1),
});

/**
 * Writeback features of Entra Connect, asked with the token of a person: Graph has no application
 * permission for them (onPremisesDirectorySynchronization: Get).
 */
export async function askFeatures({ url, token, caFile }: PersonalGraph): Promise<Known<TenantFeatures>> {
  const ca = caFile ? await readFile(caFile) : undefined;
  const { status, text } = await get(`${url}/v1.0/directory/onPremisesSynchronization`, token, ca);
  if (status !== 200) {
    const why = `Graph answered ${status}. The token must be of a person who consented to OnPremDirectorySynchronization.Read.All.`;
    return { known: false, why };
  }
  const { data } = Synchronization.safeParse(JSON.parse(text));
  const features = data?.value[0]?.features;
  if (!features) return { known: false, why: 'The answer of Graph names no features.' };
  const {
    groupWriteBackEnabled,
    unifiedGroupWritebackEnabled,
    deviceWritebackEnabled,
    userWritebackEnabled,
  } = features;
  return {
    known: true,
    value: {
      groupWriteBackEnabled,
      unifiedGroupWritebackEnabled,
      deviceWritebackEnabled,
      userWritebackEnabled,
    },
  };
}

function get(
  url: string,
  token: string,
  ca: Buffer | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { ca, timeout: 30_000, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    call.on('timeout', () => call.destroy(new Error(`${url} did not answer within 30 s`)));
    call.on('error', reject);
    call.end();
  });
}
