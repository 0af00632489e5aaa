import { once } from 'node:events';
import { createServer } from 'node:https';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { generate } from 'selfsigned';
import { trust } from '../shared/graph/support/world.ts';

export const tenantId = '9a3d526c-b3c1-4479-ba74-197b5c5751ae';
export const audience = 'api://entra-writeback';

/** Claims to set, or to leave out. */
type Claims = Readonly<Record<string, unknown>>;

/** Who issues tokens, as a tenant of Entra ID does: keys over HTTPS, tokens signed by one of them. */
export async function startIssuer() {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  trust(cert);
  const kid = 'key-1';
  const pair = await generateKeyPair('RS256');
  let isAway = false;
  const server = createServer({ key, cert }, async (_request, response) => {
    if (isAway) return response.writeHead(503).end();
    const jwk = { ...(await exportJWK(pair.publicKey)), kid, use: 'sig' };
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The issuer has no port.');
  const authority = `https://127.0.0.1:${address.port}`;

  return {
    authority,
    certificate: cert,
    settings: {
      OPERATIONS_ACCESS: 'entra',
      ENTRA_AUTHORITY: authority,
      ENTRA_TENANT_ID: tenantId,
      ENTRA_AUDIENCE: audience,
    },
    /** An access token of version 2 for a person, good for an hour; claims of undefined are left out. */
    token: (claims: Claims = {}, signer = pair, signerId = kid): Promise<string> => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: `${authority}/${tenantId}/v2.0`,
        aud: audience,
        tid: tenantId,
        azp: '11111111-2222-3333-4444-555555555555',
        preferred_username: 'anna@contoso.com',
        roles: ['Writeback.Read'],
        iat: now,
        nbf: now,
        exp: now + 3600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signerId })
        .sign(signer.privateKey);
    },
    key: { kid, pair },
    away: (is: boolean): void => {
      isAway = is;
    },
    stop: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
