import { HttpRequest } from '@azure/functions';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireRole } from '../../functions/http/access.ts';
import { operationsLevel } from '../../functions/http/auth-level.ts';
import { audience, startIssuer, tenantId } from './issuer.ts';

/** An access token instead of a key: which tokens count, and that nothing else does. */

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const requestWith = (headers: Record<string, string>) =>
  new HttpRequest({ method: 'GET', url: 'http://127.0.0.1/api/status', headers });

async function answerTo(token: string, role: 'read' | 'operate' = 'read', settings = issuer.settings) {
  const access = await requireRole(requestWith({ authorization: `Bearer ${token}` }), role, settings);
  if (access.ok) return { status: 200, person: access.caller.person };
  const { code, detail } = JSON.parse(String(access.response.body)) as { code: string; detail: string };
  return { status: access.response.status, code, detail };
}

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

describe('an access token of the tenant for this application', () => {
  it('is enough with the app role, and names its person', async () => {
    expect(await answerTo(await issuer.token())).toEqual({ status: 200, person: 'anna@contoso.com' });
    expect(operationsLevel(issuer.settings)).toBe('anonymous');
  });

  it('names the program where there is no person, in either version of tokens', async () => {
    const app = '11111111-2222-3333-4444-555555555555';
    const v2 = await issuer.token({ preferred_username: undefined });
    const v1 = await issuer.token({
      iss: `https://sts.windows.net/${tenantId}/`,
      azp: undefined,
      appid: app,
      preferred_username: undefined,
    });
    expect([(await answerTo(v2)).person, (await answerTo(v1)).person]).toEqual([app, app]);
  });

  it('is refused for what its roles do not say', async () => {
    expect(await answerTo(await issuer.token(), 'operate')).toMatchObject({
      status: 403,
      code: 'ROLE_MISSING',
      detail: expect.stringContaining('Writeback.Operate and has Writeback.Read'),
    });
    expect((await answerTo(await issuer.token({ roles: undefined }))).status).toBe(403);
  });
});

describe('a token does not count', () => {
  it.each([
    ['for another application', { aud: 'api://other' }],
    ['of another issuer', { iss: 'https://login.example/9a3d526c-b3c1-4479-ba74-197b5c5751ae/v2.0' }],
    ['of another tenant', { tid: '00000000-0000-4000-8000-000000000001' }],
    ['without a tenant', { tid: undefined }],
    ['that has expired', { exp: inSeconds(-120) }],
    ['that never expires', { exp: undefined }],
    ['that is not good yet', { nbf: inSeconds(600) }],
    ['that tells who signed in and is for no call (an ID token)', { azp: undefined }],
  ])('%s', async (_, claims) => {
    expect(await answerTo(await issuer.token(claims))).toMatchObject({
      status: 401,
      code: 'SIGN_IN_REQUIRED',
    });
  });

  it('signed by a key that is not of the tenant, though it takes the name of one', async () => {
    const { kid } = issuer.key;
    const stranger = await generateKeyPair('RS256');
    expect((await answerTo(await issuer.token({}, stranger, kid))).status).toBe(401);
    expect((await answerTo(await issuer.token({}, stranger, 'unheard-of'))).status).toBe(401);
  });

  it('without a signature, or signed by the public key as if it were a secret', async () => {
    const claims = {
      iss: `${issuer.authority}/${tenantId}/v2.0`,
      aud: audience,
      tid: tenantId,
      azp: 'a',
      roles: ['Writeback.Read'],
      exp: inSeconds(600),
    };
    const { kid, pair } = issuer.key;
    const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey));
    const confused = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
    expect((await answerTo(new UnsecuredJWT(claims).encode())).status).toBe(401);
    expect((await answerTo(confused)).status).toBe(401);
  });

  it.each(['', 'nonsense', 'a.b.c'])('that is none (%j)', async (token) => {
    expect((await answerTo(token)).status).toBe(401);
  });
});

describe('where tokens are taken', () => {
  it('a header of the platform opens nothing, forged or not', async () => {
    const claims = [
      { typ: 'preferred_username', val: 'ceo@contoso.com' },
      { typ: 'roles', val: 'Writeback.Read' },
    ];
    const header = Buffer.from(JSON.stringify({ claims })).toString('base64');
    const request = requestWith({ 'x-ms-client-principal': header });
    const settings = { ...issuer.settings, WEBSITE_AUTH_ENABLED: 'true' };
    const access = await requireRole(request, 'read', settings);
    expect(access.ok ? 200 : [access.response.status, access.response.headers]).toEqual([
      401,
      expect.objectContaining({ 'www-authenticate': 'Bearer' }),
    ]);
  });

  it('nobody comes in while the keys of the tenant cannot be read, and it is told as that', async () => {
    const away = await startIssuer();
    away.away(true);
    const answer = await answerTo(await away.token(), 'read', away.settings);
    expect(answer).toMatchObject({ status: 503, code: 'SIGN_IN_UNAVAILABLE' });
    await away.stop();
    const gone = await startIssuer();
    const token = await gone.token();
    await gone.stop();
    expect((await answerTo(token, 'read', gone.settings)).status).toBe(503);
  });

  it('needs tenant, audience and the wish for it; else the host asks for a key as before', () => {
    const { OPERATIONS_ACCESS: _access, ...noWish } = issuer.settings;
    const { ENTRA_AUDIENCE: _audience, ...noAudience } = issuer.settings;
    const { ENTRA_TENANT_ID: _tenant, ...noTenant } = issuer.settings;
    const levels = [noWish, noAudience, noTenant, { ...issuer.settings, ENTRA_AUDIENCE: ' , ' }, {}];
    expect(levels.map((one) => operationsLevel(one))).toEqual(levels.map(() => 'function'));
  });
});
