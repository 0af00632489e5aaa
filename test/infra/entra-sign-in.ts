import { createVerify } from 'node:crypto';
import { createServer } from 'node:https';
import { type Door, listen } from '../shared/bus/doors.ts';

/** What Entra ID was shown by somebody who signs in with a certificate. */
export type SignIn = { readonly scope: string; readonly clientId: string; readonly isSigned: boolean };

/** The corner of `login.microsoftonline.com` that a client certificate needs: discovery, and tokens for signed assertions. */
export async function entraSignIn(
  certificate: { readonly key: string; readonly cert: string },
  tenantId: string,
  publicKey: string,
): Promise<Door & { readonly signIns: readonly SignIn[] }> {
  const signIns: SignIn[] = [];
  const asked: string[] = [];
  const authority = 'https://login.microsoftonline.com';
  const server = createServer(certificate, async (request, response) => {
    const { pathname } = new URL(request.url ?? '', authority);
    asked.push(pathname);
    const answer = (body: object): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    let body = '';
    for await (const part of request) body += String(part);
    if (pathname === '/common/discovery/instance')
      return answer({
        tenant_discovery_endpoint: `${authority}/${tenantId}/v2.0/.well-known/openid-configuration`,
        metadata: [
          {
            preferred_network: 'login.microsoftonline.com',
            preferred_cache: 'login.windows.net',
            aliases: ['login.microsoftonline.com', 'login.windows.net'],
          },
        ],
      });
    if (pathname === `/${tenantId}/v2.0/.well-known/openid-configuration`)
      return answer({
        issuer: `${authority}/${tenantId}/v2.0`,
        token_endpoint: `${authority}/${tenantId}/oauth2/v2.0/token`,
        authorization_endpoint: `${authority}/${tenantId}/oauth2/v2.0/authorize`,
        jwks_uri: `${authority}/${tenantId}/discovery/v2.0/keys`,
      });
    if (pathname === `/${tenantId}/oauth2/v2.0/token`) {
      const form = new URLSearchParams(body);
      signIns.push({
        scope: form.get('scope') ?? '',
        clientId: form.get('client_id') ?? '',
        isSigned: isSignedBy(form.get('client_assertion') ?? '', publicKey),
      });
      return answer({ token_type: 'Bearer', expires_in: 3599, access_token: 'header.claims.signature' });
    }
    response.writeHead(404).end();
  });
  return { asked, signIns, ...(await listen(server)) };
}

/** RFC 7523: the assertion of the client is a token that its private key has signed (PS256, as MSAL does). */
function isSignedBy(assertion: string, publicKey: string): boolean {
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  const verifier = createVerify('sha256').update(`${header}.${claims}`);
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString() || '{}') as { alg?: string };
  // RSA_PKCS1_PSS_PADDING is 6, RSA_PKCS1_PADDING is 1.
  const padding = alg === 'PS256' ? 6 : 1;
  return verifier.verify({ key: publicKey, padding }, Buffer.from(signature, 'base64url'));
}
