import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EntraId } from '../../../shared/domain/index.ts';
import { createGraph, type GraphFailure } from '../../../shared/graph/index.ts';
import { type Script, type ScriptedServer, startServer } from './support/server.ts';
import { clientOf, collect, credentialOf } from './support/world.ts';

let server: ScriptedServer;
let other: ScriptedServer;
beforeAll(async () => {
  server = await startServer();
  other = await startServer();
});
afterAll(async () => {
  await server.stop();
  await other.stop();
});
beforeEach(() => {
  server.asked.length = 0;
  server.script.length = 0;
});

const id = EntraId.parse('3a5c3221-c465-48c0-95b8-e9305786a271');
const owners: Script = { body: { value: [{ id }] } };
const error = (status: number, headers: Record<string, string> = {}, code = 'Whatever'): Script => ({
  status,
  headers,
  body: { error: { code, message: 'Said so.', innerError: { 'request-id': 'r-1' } } },
});
const cutAtOnce: Script = (response) => response.destroy();
const cutInTheMiddle: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"value": [', () => response.destroy());
};

const readWith = async (script: readonly Script[], more: Parameters<typeof clientOf>[1] = {}) => {
  server.script.push(...script);
  const client = clientOf(server.url, more);
  return { ...client, read: await client.graph.readOwners(id) };
};
const failureOf = (read: { outcome: string; why?: GraphFailure }): GraphFailure => {
  if (!read.why) throw new Error(`The read did not fail but is ${read.outcome}.`);
  return read.why;
};
const isComplete = { outcome: 'complete', value: [id] };

describe('a request to Graph', () => {
  it('carries a token for Microsoft Graph, once, also when it is sent again', async () => {
    const credential = credentialOf('secret');
    const { read } = await readWith([error(503), owners], { credential });
    expect(read).toEqual(isComplete);
    expect(credential.scopes[0]).toEqual(['https://graph.microsoft.com/.default']);
    expect(server.asked.map((one) => one.headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
  });

  it('takes further options of fetch', async () => {
    const { read } = await readWith([owners], { fetchOptions: { headers: { 'x-extra': 'yes' } } });
    expect(read).toEqual(isComplete);
    expect(server.asked[0]?.headers['x-extra']).toBe('yes');
  });

  it('is refused at once where the address is plain HTTP', () => {
    expect(() => clientOf('http://127.0.0.1:1')).toThrow('it must begin with https://');
  });

  it('is told to onRequest with route, status, units and attempt', async () => {
    const { seen } = await readWith([
      error(503, { 'x-ms-resource-unit': '2' }),
      { ...owners, headers: { 'x-ms-resource-unit': '3' } },
    ]);
    expect(seen).toMatchObject([
      { method: 'GET', route: '/v1.0/groups/{id}/owners', status: 503, units: 2, attempt: 1 },
      { method: 'GET', route: '/v1.0/groups/{id}/owners', status: 200, units: 3, attempt: 2 },
    ]);
  });
});

describe('what is tried again', () => {
  it.each([429, 500, 502, 503, 504])('a %d, after growing pauses of its own', async (status) => {
    const { read, slept } = await readWith([error(status), error(status), error(status), owners]);
    expect(read).toEqual(isComplete);
    expect(slept).toEqual([375, 750, 1500]);
  });

  it.each([
    ['whole seconds', '2', [2000]],
    ['a fraction of seconds', '2.128', [2128]],
    ['nothing that makes sense', 'soon', [375]],
  ])('a 429 whose Retry-After is %s', async (_name, retryAfter, pauses) => {
    const { read, slept } = await readWith([error(429, { 'retry-after': retryAfter }), owners]);
    expect(read).toEqual(isComplete);
    expect(slept).toEqual(pauses);
  });

  it('a 429 whose Retry-After is a date', async () => {
    const at = new Date(Date.now() + 5000).toUTCString();
    const { read, slept } = await readWith([error(429, { 'retry-after': at }), owners]);
    expect(read).toEqual(isComplete);
    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeGreaterThan(3000);
    expect(slept[0]).toBeLessThanOrEqual(5000);
  });

  it('a connection that was cut, before the answer or in the middle of it', async () => {
    const { read, slept } = await readWith([cutAtOnce, cutInTheMiddle, owners]);
    expect(read).toEqual(isComplete);
    expect(slept).toEqual([375, 750]);
  });

  it('a 401, once', async () => {
    expect((await readWith([error(401), owners])).read).toEqual(isComplete);
    const { read } = await readWith([error(401), error(401)]);
    expect(failureOf(read)).toMatchObject({ status: 401, retry: 'later' });
  });

  it('an answer that does not come in time', async () => {
    const silent: Script = () => {};
    const { read } = await readWith([silent, owners], { timeoutMs: 50 });
    expect(read).toEqual(isComplete);
  });

  it('never more than four times', async () => {
    const { read } = await readWith(Array.from({ length: 9 }, () => error(500)));
    expect(server.asked).toHaveLength(4);
    expect(failureOf(read)).toMatchObject({
      code: 'Whatever',
      status: 500,
      retry: 'later',
      requestId: 'r-1',
    });
  });

  it('never a creation that may have been done', async () => {
    const wanted = {
      resource: '/groups',
      changeType: 'updated',
      notificationUrl: 'https://a',
      lifecycleNotificationUrl: 'https://b',
      clientState: 'c',
    } as const;
    for (const fault of [cutAtOnce, error(500), error(504)]) {
      server.asked.length = 0;
      server.script.splice(0, Number.POSITIVE_INFINITY, fault, fault);
      await clientOf(server.url).graph.createSubscription(wanted, new Date());
      expect(server.asked).toHaveLength(1);
    }
  });
});

describe('what is not waited for', () => {
  it('a pause beyond the limit: it is given back, to be scheduled', async () => {
    const { read, slept } = await readWith([error(429, { 'retry-after': '300' })]);
    expect(slept).toEqual([]);
    expect(failureOf(read)).toMatchObject({ status: 429, retry: 'later', retryAfterMs: 300_000 });
  });

  it('and until then no other request is sent either', async () => {
    const { graph } = await readWith([error(429, { 'retry-after': '300' })]);
    const read = await graph.readOwners(id);
    expect(server.asked).toHaveLength(1);
    expect(failureOf(read)).toMatchObject({ code: 'PACED', retry: 'later' });
    expect(failureOf(read).retryAfterMs).toBeGreaterThan(290_000);
  });

  it('a client near the limit goes slower by itself', async () => {
    const near = (share: string): Script => ({
      ...owners,
      headers: { 'x-ms-throttle-limit-percentage': share },
    });
    const { graph, slept } = await readWith([near('0.5'), near('0.8'), near('1.8'), owners, owners]);
    for (let count = 0; count < 4; count++) expect(await graph.readOwners(id)).toEqual(isComplete);
    // 50 ms at 80 % of the limit, one second at 180 %; less what time has gone by.
    expect(slept.map((ms) => Math.round(ms / 50) * 50)).toEqual([50, 1000]);
  });
});

describe('a failure of Graph says what a person can do', () => {
  it.each([
    [403, 'Grant the identity of this app the application permission GroupMember.Read.All'],
    [401, 'Graph does not take the token'],
    [404, 'It may not have been replicated yet.'],
  ])('after a %d', async (status, remedy) => {
    const { read } = await readWith([error(status), error(status)]);
    const { message } = failureOf(read);
    expect(message).toContain(
      `Graph answered ${status} to GET /v1.0/groups/${id}/owners: Said so. (Whatever, request-id r-1).`,
    );
    expect(message).toContain(remedy);
  });

  it('after a bad request, which trying again does not mend', async () => {
    expect(failureOf((await readWith([error(400)])).read)).toMatchObject({ retry: 'never', status: 400 });
  });

  it('where the answer is not JSON', async () => {
    expect(failureOf((await readWith([{ body: '<html>Sign in</html>' }])).read)).toMatchObject({
      code: 'NOT_JSON',
    });
  });

  it('where an error has no envelope', async () => {
    const { read } = await readWith([{ status: 400, body: 'nope' }]);
    expect(failureOf(read)).toMatchObject({ code: 'HTTP_400' });
  });

  it('where a field is of the wrong type, which it names', async () => {
    const { read } = await readWith([{ body: { value: [{ id: 5 }] } }]);
    expect(failureOf(read)).toMatchObject({ code: 'NOT_UNDERSTOOD' });
    expect(failureOf(read).message).toContain('id: ');
  });

  it('where nobody answers', async () => {
    const gone = await startServer();
    await gone.stop();
    const { graph } = clientOf(gone.url);
    const failure = failureOf(await graph.readOwners(id));
    expect(failure).toMatchObject({ code: 'UNREACHABLE', retry: 'later' });
    expect(failure.message).toContain(`${gone.url} gave no answer (tries: 4)`);
    expect(failure.message).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('where there is no token, without asking Graph or trying long', async () => {
    const credential = {
      getToken: async () => {
        throw new Error('no managed identity here');
      },
    };
    const { read, slept } = await readWith([], { credential });
    expect(failureOf(read)).toMatchObject({ code: 'NO_TOKEN', retry: 'later' });
    expect(failureOf(read).message).toContain('no managed identity here');
    expect(slept).toEqual([]);
  });

  it('without the token in it', async () => {
    const { read } = await readWith([error(400)], { credential: credentialOf('very-secret') });
    expect(JSON.stringify(failureOf(read))).not.toContain('very-secret');
  });
});

describe('a link of Graph', () => {
  const pageWith = (link: string): Script => ({ body: { value: [{ id }], '@odata.nextLink': link } });

  it('is followed, whole or relative, with all that it carries', async () => {
    const opaque = '$skiptoken=a%2Fb%3D%3D&x=%24y&$select=id';
    const { read } = await readWith([
      pageWith(`${server.url}/v1.0/groups/${id}/owners?${opaque}`),
      pageWith(`/v1.0/groups/${id}/owners?${opaque}`),
      pageWith(`owners?${opaque}`),
      owners,
    ]);
    expect(read).toEqual({ outcome: 'complete', value: [id, id, id, id] });
    const parts = (path: string) => path.split('?')[1]?.split('&').sort();
    for (const { path } of server.asked.slice(1)) {
      expect(path.startsWith(`/v1.0/groups/${id}/owners?`)).toBe(true);
      expect(parts(path)).toEqual(opaque.split('&').sort());
    }
  });

  it('that leads in a circle is not followed for ever: the list is not complete', async () => {
    const link = `/v1.0/groups/${id}/owners?$skiptoken=1`;
    const { read } = await readWith(Array.from({ length: 25 }, () => pageWith(link)));
    expect(failureOf(read)).toMatchObject({ code: 'NOT_UNDERSTOOD', retry: 'later' });
    expect(failureOf(read).message).toContain('in a circle');
    expect(server.asked).toHaveLength(21);
  });

  it.each([
    ['another host', () => `${other.url}/v1.0/groups`],
    ['plain HTTP', () => server.url.replace('https:', 'http:')],
    [
      'another host, by credentials in the address',
      () => `https://${new URL(server.url).host}@127.0.0.1:${new URL(other.url).port}/`,
    ],
    ['another host, without a scheme', () => `//127.0.0.1:${new URL(other.url).port}/v1.0/groups`],
  ])('is refused where it leads to %s', async (_name, link) => {
    const { read } = await readWith([pageWith(link())]);
    expect(failureOf(read)).toMatchObject({ code: 'FOREIGN_LINK', retry: 'never' });
    expect(server.asked).toHaveLength(1);
    expect(other.asked).toEqual([]);
  });

  it('is not followed when it comes as a redirect', async () => {
    const { read } = await readWith([{ status: 302, headers: { location: `${other.url}/v1.0` }, body: {} }]);
    expect(failureOf(read)).toMatchObject({ status: 302 });
    expect(other.asked).toEqual([]);
  });

  it('is refused where a caller gives it', async () => {
    const steps = await collect(
      clientOf(server.url).graph.listObjects('user', { from: `${other.url}/v1.0/users` }),
    );
    expect(steps).toMatchObject([{ failed: { code: 'FOREIGN_LINK' } }]);
    expect(other.asked).toEqual([]);
  });
});

describe('an identity in another cloud', () => {
  it('asks for a token of that cloud', async () => {
    const credential = {
      scopes: [] as unknown[],
      getToken: async (scope: string | string[]) => {
        credential.scopes.push(scope);
        throw new Error('that is all we wanted to know');
      },
    };
    const settings = { credential, now: () => new Date(), random: () => 0 };
    await createGraph({ ...settings, baseUrl: 'https://graph.microsoft.us' }).readOwners(id);
    expect(credential.scopes).toEqual([['https://graph.microsoft.us/.default']]);
  });
});
