import type { TokenSettings } from './entra-token.ts';

/** The settings that say who may call, as they stand in the environment. */
export type AccessSettings = Readonly<
  Partial<
    Record<
      'WEBSITE_AUTH_ENABLED' | 'OPERATIONS_ACCESS' | 'ENTRA_AUTHORITY' | 'ENTRA_TENANT_ID' | 'ENTRA_AUDIENCE',
      string
    >
  >
>;

const publicAuthority = 'https://login.microsoftonline.com';

/** Which access tokens are enough to come in; undefined where a function key is needed. */
export function tokensOf(settings: AccessSettings): TokenSettings | undefined {
  const { OPERATIONS_ACCESS, ENTRA_AUTHORITY, ENTRA_TENANT_ID, ENTRA_AUDIENCE } = settings;
  const audiences = (ENTRA_AUDIENCE ?? '').split(',').flatMap((one) => one.trim() || []);
  const tenantId = ENTRA_TENANT_ID?.trim().toLowerCase() ?? '';
  if (OPERATIONS_ACCESS?.toLowerCase() !== 'entra' || tenantId === '' || audiences.length === 0)
    return undefined;
  const authority = (ENTRA_AUTHORITY || publicAuthority).replace(/\/+$/, '');
  return { authority, tenantId, audiences };
}

/**
 * What the host asks of callers of the operations endpoints before our code runs: a key, or nothing
 * where `requireRole` asks everyone for an access token.
 */
export const operationsLevel = (settings: AccessSettings = process.env): 'function' | 'anonymous' =>
  tokensOf(settings) ? 'anonymous' : 'function';
