import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Claims of an app-only access token of Microsoft Entra ID, version 1.0, as managed identities get them. */
const claimsSchema = z.object({
  aud: z.string(),
  iss: z.string(),
  iat: z.number(),
  nbf: z.number(),
  /** Seconds since 1970. */
  exp: z.number(),
  appid: z.string(),
  appidacr: z.string(),
  idp: z.string(),
  idtyp: z.literal('app'),
  oid: z.string(),
  roles: z.array(z.string()),
  sub: z.string(),
  tid: z.string(),
  uti: z.string(),
  ver: z.literal('1.0'),
});

export type Claims = Readonly<z.output<typeof claimsSchema>>;

/** A JSON Web Token (RFC 7519) signed with HMAC-SHA-256: well-formed for every reader, but worth nothing outside this run. */
export function signToken(claims: Claims, secret: Buffer): string {
  const header = { typ: 'JWT', alg: 'HS256', kid: 'local' };
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${signature(content, secret).toString('base64url')}`;
}

/** The claims of a token that this secret has signed; undefined for any other text. */
export function readToken(token: string, secret: Buffer): Claims | undefined {
  const [header, payload, signed, ...rest] = token.split('.');
  if (header === undefined || payload === undefined || signed === undefined || rest.length > 0)
    return undefined;
  const expected = signature(`${header}.${payload}`, secret);
  const given = Buffer.from(signed, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(content: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(content).digest();
}
