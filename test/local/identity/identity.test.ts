import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Identity, startIdentity } from '../../../local/identity/index.ts';

const TENANT = '0d9f4b1e-7f0a-4f7e-9e46-2b9f3c1f9a11';
const GRAPH = 'https://graph.microsoft.com';

let clock = Date.now();
let identity: Identity;

beforeAll(async () => {
  identity = await startIdentity({
    tenantId: TENANT,
    tokenLifetimeSeconds: 3600,
    roles: ['Group.Read.All'],
    now: () => clock,
  });
});

afterAll(() => identity.stop());

const ask = (
  query: string,
  headers: Record<string, string> = { 'x-identity-header': identity.header },
): Promise<Response> => fetch(`${identity.endpoint}?${query}`, { headers });

async function tokenFor(resource: string): Promise<string> {
  const answer = await ask(`resource=${encodeURIComponent(resource)}&api-version=2019-08-01`);
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}

describe('the endpoint', () => {
  test('answers in the form of App Service', async () => {
    const answer = await ask(
      `resource=${encodeURIComponent(GRAPH)}&api-version=2019-08-01&client_id=${identity.clientId}`,
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      client_id: identity.clientId,
      expires_on: String(Math.floor(clock / 1000) + 3600),
      resource: GRAPH,
      token_type: 'Bearer',
    });
  });

  test.each([
    ['without the header', 401, 'resource=https://x.example&api-version=2019-08-01', {}],
    [
      'with a wrong header',
      401,
      'resource=https://x.example&api-version=2019-08-01',
      { 'x-identity-header': 'guess' },
    ],
    ['without a resource', 400, 'api-version=2019-08-01', undefined],
    ['without a version', 400, 'resource=https://x.example', undefined],
    [
      'for another identity',
      400,
      'resource=https://x.example&api-version=2019-08-01&client_id=other',
      undefined,
    ],
  ])('%s refuses with %i and says why', async (_name, status, query, headers) => {
    const answer = await ask(query, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      statusCode: status,
      message: expect.stringMatching(/.{20}/),
    });
  });

  test('serves nothing else', async () => {
    expect((await fetch(identity.endpoint.replace('/msi/token', '/metadata'))).status).toBe(404);
    expect((await fetch(identity.endpoint, { method: 'POST' })).status).toBe(404);
  });
});

describe('verify', () => {
  test('accepts a token for its audience, with or without the last slash, and gives its claims', async () => {
    const verified = identity.verify(await tokenFor(GRAPH), `${GRAPH}/`);
    expect(verified).toMatchObject({
      ok: true,
      claims: {
        aud: GRAPH,
        iss: `https://sts.windows.net/${TENANT}/`,
        tid: TENANT,
        appid: identity.clientId,
        oid: identity.objectId,
        roles: ['Group.Read.All'],
      },
    });
  });

  test('refuses a token for another audience', async () => {
    expect(identity.verify(await tokenFor('https://vault.azure.net'), GRAPH)).toEqual({
      ok: false,
      reason: 'The token is for https://vault.azure.net, not for https://graph.microsoft.com.',
    });
  });

  test('refuses a token from the second on in which it expires', async () => {
    const token = await tokenFor(GRAPH);
    const issued = clock;
    clock = issued + 3599_000;
    expect(identity.verify(token, GRAPH).ok).toBe(true);
    clock = issued + 3600_000;
    expect(identity.verify(token, GRAPH)).toEqual({ ok: false, reason: 'The token has expired.' });
    clock = issued;
  });

  test('refuses what was changed, what another run signed and what is no token', async () => {
    const token = await tokenFor(GRAPH);
    const [header, payload = '', signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const more = Buffer.from(JSON.stringify({ ...claims, roles: ['Group.ReadWrite.All'] })).toString(
      'base64url',
    );
    const other = await startIdentity({ tenantId: TENANT });
    const wrong = { ok: false, reason: 'The token is malformed or its signature is wrong.' };
    for (const text of [`${header}.${more}.${signature}`, `${header}.${payload}.`, 'text', '']) {
      expect(identity.verify(text, GRAPH)).toEqual(wrong);
    }
    expect(other.verify(token, GRAPH)).toEqual(wrong);
    await other.stop();
  });
});

describe('an unmodified DefaultAzureCredential', () => {
  const run = promisify(execFile);
  const program = `
    import { DefaultAzureCredential } from '@azure/identity';
    const credential = new DefaultAzureCredential(process.env.CLIENT ? { managedIdentityClientId: process.env.CLIENT } : {});
    console.log(JSON.stringify(await credential.getToken('${GRAPH}/.default')));
  `;
  const getToken = async (
    more: Record<string, string>,
  ): Promise<{ token: string; expiresOnTimestamp: number }> => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      env: {
        PATH: process.env.PATH ?? '',
        IDENTITY_ENDPOINT: identity.endpoint,
        IDENTITY_HEADER: identity.header,
        ...more,
      },
    });
    return JSON.parse(stdout);
  };

  test('gets a token that verifies, and knows when it expires', async () => {
    const { token, expiresOnTimestamp } = await getToken({});
    expect(identity.verify(token, GRAPH)).toMatchObject({ ok: true, claims: { appid: identity.clientId } });
    expect(expiresOnTimestamp).toBe((Math.floor(clock / 1000) + 3600) * 1000);
  });

  test('gets one for the client id of the identity, too', async () => {
    const { token } = await getToken({ CLIENT: identity.clientId });
    expect(identity.verify(token, GRAPH).ok).toBe(true);
  });
});
