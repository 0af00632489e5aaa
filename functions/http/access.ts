import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { type AccessSettings, tokensOf } from './auth-level.ts';
import { judgeToken, type Principal, type TokenSettings } from './entra-token.ts';
import { problem } from './problem.ts';

/** What a caller may do: look, act on messages and sweeps, approve held plans. None includes another. */
export const roles = ['read', 'operate', 'approve'] as const;
export type Role = (typeof roles)[number];

/** The Entra app roles, as the app registration declares them. */
export const appRoles: Readonly<Record<Role, string>> = {
  read: 'Writeback.Read',
  operate: 'Writeback.Operate',
  approve: 'Writeback.Approve',
};

/** Who calls. A caller with a function key alone has no name. */
export type Caller = { readonly person: string | undefined };

export type Access =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly response: HttpResponseInit };

/** What App Service Authentication says of a caller (header x-ms-client-principal, base64 of JSON). */
const PlatformPrincipal = z.object({
  role_typ: z.string().optional(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/**
 * Whether the caller has a role.
 *
 * | settings                                       | the host asks for | we ask for                              |
 * |------------------------------------------------|-------------------|-----------------------------------------|
 * | OPERATIONS_ACCESS=keys                         | a key             | the app role, where the platform names the caller |
 * | entra                                          | a key             | a name from the platform, and the app role |
 * | entra, with ENTRA_TENANT_ID and ENTRA_AUDIENCE | nothing           | an access token that we verify, and the app role |
 *
 * A key of one function opens that function only, so separate keys are separate roles.
 */
export async function requireRole(
  request: Pick<HttpRequest, 'headers'>,
  role: Role,
  settings: AccessSettings = process.env,
): Promise<Access> {
  const tokens = tokensOf(settings);
  return tokens ? byToken(request, role, tokens) : byPlatform(request, role, settings);
}

/** An access token alone. Headers of the platform do not count here: nobody has been asked for a key. */
async function byToken(
  request: Pick<HttpRequest, 'headers'>,
  role: Role,
  tokens: TokenSettings,
): Promise<Access> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) {
    const detail = `Send an access token for ${tokens.audiences[0]} as Authorization: Bearer.`;
    return refuse(401, 'SIGN_IN_REQUIRED', 'Not signed in', detail, bearer);
  }
  const judged = await judgeToken(token, tokens);
  if (judged.ok) return byRole(judged.principal, role);
  if (judged.why === 'unreachable') {
    const detail = `The signing keys of the tenant cannot be read from ${tokens.authority}: ${judged.message}. Try again later.`;
    return refuse(503, 'SIGN_IN_UNAVAILABLE', 'Tokens cannot be checked', detail);
  }
  const detail = `The access token does not count (${judged.message}). It must be one of tenant ${tokens.tenantId} for ${tokens.audiences.join(' or ')}.`;
  return refuse(401, 'SIGN_IN_REQUIRED', 'Not signed in', detail, bearer);
}

const bearer = { 'www-authenticate': 'Bearer' };

/**
 * What App Service Authentication says of the caller. Its header counts only where it is on
 * (WEBSITE_AUTH_ENABLED): then the platform removes what a caller puts there. Without it anyone could
 * write it.
 */
function byPlatform(request: Pick<HttpRequest, 'headers'>, role: Role, settings: AccessSettings): Access {
  const isGuarded = settings.WEBSITE_AUTH_ENABLED?.toLowerCase() === 'true';
  const header = isGuarded ? request.headers.get('x-ms-client-principal') : null;
  if (header === null) {
    if (settings.OPERATIONS_ACCESS?.toLowerCase() !== 'entra')
      return { ok: true, caller: { person: undefined } };
    return refuse(401, 'SIGN_IN_REQUIRED', 'Not signed in', signInAdvice(isGuarded));
  }
  const principal = readPrincipal(header);
  if (!principal) {
    const detail = 'The header x-ms-client-principal cannot be read. Sign in again.';
    return refuse(401, 'SIGN_IN_REQUIRED', 'Not signed in', detail);
  }
  return byRole(principal, role);
}

function byRole({ person, has }: Principal, role: Role): Access {
  if (has.includes(appRoles[role])) return { ok: true, caller: { person } };
  const held = has.length > 0 ? has.join(', ') : 'none';
  const detail = `${person} needs the app role ${appRoles[role]} and has ${held}. Assign it in Entra: enterprise application, Users and groups.`;
  return refuse(403, 'ROLE_MISSING', 'Not allowed', detail);
}

/**
 * The person who acts: as signed in, or as named in the body where a key alone came. What changes
 * something is refused without a name.
 */
export function requirePerson(
  { person }: Caller,
  named: string | undefined,
):
  | { readonly ok: true; readonly person: string }
  | { readonly ok: false; readonly response: HttpResponseInit } {
  const known = person ?? named?.trim();
  if (known) return { ok: true, person: known };
  const detail = 'What changes something names its person. Sign in, or give "person" in the body.';
  return refuse(400, 'PERSON_MISSING', 'Nobody is named', detail);
}

const signInAdvice = (isGuarded: boolean): string =>
  isGuarded
    ? 'OPERATIONS_ACCESS is entra: sign in with Entra ID and send the token as Authorization: Bearer.'
    : 'OPERATIONS_ACCESS is entra, but App Service Authentication is off. Turn it on for this function app, or set OPERATIONS_ACCESS to keys.';

const refuse = (
  status: number,
  code: string,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
) => ({ ok: false, response: problem({ status, code, title, detail }, headers) }) as const;

/** Claims by which people and programs are called, the best first. */
const nameClaims = [
  'preferred_username',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'name',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  'azp',
  'appid',
  'http://schemas.microsoft.com/identity/claims/objectidentifier',
];
const roleClaims = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

function readPrincipal(header: string): Principal | undefined {
  const parsed = PlatformPrincipal.safeParse(jsonOf(Buffer.from(header, 'base64').toString('utf8')));
  if (!parsed.success) return undefined;
  const { claims, role_typ } = parsed.data;
  const valuesOf = (types: readonly (string | undefined)[]): readonly string[] =>
    types.flatMap((type) => claims.filter(({ typ }) => typ === type).map(({ val }) => val));
  const [person] = valuesOf(nameClaims);
  return person ? { person, has: [...new Set(valuesOf([...roleClaims, role_typ]))] } : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
