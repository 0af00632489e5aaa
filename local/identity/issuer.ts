import { randomBytes } from 'node:crypto';
import { type Claims, readToken, signToken } from './jwt.ts';

/** The identity that tokens are issued to. */
export type ManagedIdentity = {
  readonly tenantId: string;
  readonly clientId: string;
  /** Object id of the service principal. */
  readonly objectId: string;
  /** Application permissions; Microsoft Graph checks them per call. */
  readonly roles: readonly string[];
};

export type Verification =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: string };

export type Issuer = {
  issue(resource: string): { readonly token: string; readonly expiresOn: number };
  /** Checks signature, lifetime and audience, as the resource server does; `reason` is fit for its answer. */
  verify(token: string, audience: string): Verification;
};

/** Issues tokens under a secret made for this run. `now` gives milliseconds since 1970. */
export function createIssuer(identity: ManagedIdentity, lifetimeSeconds: number, now: () => number): Issuer {
  const secret = randomBytes(32);
  const seconds = (): number => Math.floor(now() / 1000);
  const { tenantId, clientId, objectId, roles } = identity;

  return {
    issue(resource) {
      const iat = seconds();
      const exp = iat + lifetimeSeconds;
      const issuer = `https://sts.windows.net/${tenantId}/`;
      const claims: Claims = {
        aud: resource,
        iss: issuer,
        iat,
        nbf: iat,
        exp,
        appid: clientId,
        appidacr: '2',
        idp: issuer,
        idtyp: 'app',
        oid: objectId,
        roles: [...roles],
        sub: objectId,
        tid: tenantId,
        uti: randomBytes(16).toString('base64url'),
        ver: '1.0',
      };
      return { token: signToken(claims, secret), expiresOn: exp };
    },
    verify(token, audience) {
      const claims = readToken(token, secret);
      if (claims === undefined)
        return { ok: false, reason: 'The token is malformed or its signature is wrong.' };
      if (seconds() >= claims.exp) return { ok: false, reason: 'The token has expired.' };
      if (withoutSlash(claims.aud) !== withoutSlash(audience)) {
        return { ok: false, reason: `The token is for ${claims.aud}, not for ${audience}.` };
      }
      return { ok: true, claims };
    },
  };
}

/** Entra ID takes `https://graph.microsoft.com` and `https://graph.microsoft.com/` for the same resource. */
function withoutSlash(address: string): string {
  return address.replace(/\/$/, '');
}
