import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';

/** Which tokens count: those that this tenant issued for this application. */
export type TokenSettings = {
  /** Such as https://login.microsoftonline.com. */
  readonly authority: string;
  readonly tenantId: string;
  /** What `aud` may be: the client id of the app registration, or its application ID URI. */
  readonly audiences: readonly string[];
};

/** Who a token speaks of, and the app roles that it brings. */
export type Principal = { readonly person: string; readonly has: readonly string[] };

export type TokenResult =
  | { readonly ok: true; readonly principal: Principal }
  /** `unreachable`: the keys of the tenant cannot be had just now, so that nothing can be said of the token. */
  | { readonly ok: false; readonly why: 'refused' | 'unreachable'; readonly message: string };

/**
 * Claims of an access token of Entra ID, version 1 or 2. An ID token, which tells an application who
 * signed in and is no permission to call us, names no client (`azp`, `appid`).
 */
const Claims = z
  .object({
    tid: z.string(),
    azp: z.string().optional(),
    appid: z.string().optional(),
    preferred_username: z.string().optional(),
    upn: z.string().optional(),
    unique_name: z.string().optional(),
    roles: z.array(z.string()).default([]),
  })
  .refine(({ azp, appid }) => azp !== undefined || appid !== undefined);

/** The signing keys of a tenant, fetched when first needed and again when a token names an unknown one. */
const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

function keysOf({ authority, tenantId }: TokenSettings): ReturnType<typeof createRemoteJWKSet> {
  const url = `${authority}/${tenantId}/discovery/v2.0/keys`;
  const known = keySets.get(url);
  if (known) return known;
  const made = createRemoteJWKSet(new URL(url), { timeoutDuration: 5000 });
  keySets.set(url, made);
  return made;
}

/**
 * Judges an access token: signature by a key of the tenant, issuer, audience, tenant and time, a minute
 * of difference between clocks allowed. Never throws.
 */
export async function judgeToken(token: string, settings: TokenSettings): Promise<TokenResult> {
  const { authority, tenantId, audiences } = settings;
  try {
    const { payload } = await jwtVerify(token, keysOf(settings), {
      algorithms: ['RS256'],
      issuer: [`${authority}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`],
      audience: [...audiences],
      clockTolerance: 60,
      requiredClaims: ['exp', 'tid'],
    });
    return principalOf(payload, tenantId);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, why: isOfToken(error) ? 'refused' : 'unreachable', message };
  }
}

/** Whether the token is at fault, and not the way to the keys. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout) &&
  error.code !== 'ERR_JOSE_GENERIC';

function principalOf(payload: JWTPayload, tenantId: string): TokenResult {
  const { data } = Claims.safeParse(payload);
  if (!data || data.tid !== tenantId)
    return { ok: false, why: 'refused', message: 'it is no access token of this tenant' };
  const { preferred_username, upn, unique_name, azp, appid } = data;
  const person = preferred_username ?? upn ?? unique_name ?? azp ?? appid ?? '';
  return { ok: true, principal: { person, has: data.roles } };
}
