import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { ENTITIES, settings } from './entities.ts';
import { APP, type HostProcess, startHostProcess } from './host-process.ts';
import { announce, postChunked } from './posting.ts';

let broker: Broker;
let host: HostProcess;

beforeAll(async () => {
  broker = await startBroker({ entities: ENTITIES });
  host = await startHostProcess({
    args: ['--directory', APP, '--entry', 'index.ts', '--log-level', 'debug'],
    settings: {
      ...settings(broker.connectionString),
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '200000',
      FUNCTIONS_KEYS: JSON.stringify({
        host: 'host-key',
        master: 'master-key',
        hostKeys: { graph: 'graph-key' },
        functions: { notify: { caller: 'notify-key' }, guarded: { caller: 'guarded-key' } },
      }),
    },
  });
});

afterAll(async () => {
  await host.stop();
  await broker.stop();
});

const call = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${host.url}${path}`, init);
const status = async (path: string, init: RequestInit = {}): Promise<number> =>
  (await call(path, init)).status;

describe('routes', () => {
  test('a webhook handshake gets the decoded token back as plain text', async () => {
    const response = await call('/api/notify/abc?code=host-key&validationToken=a%20b%2Bc', {
      method: 'POST',
    });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/plain',
      'a b+c',
    ]);
  });

  test('handler, parameters, headers, cookies, trace context and address arrive as in Azure', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await call('/api/notify/abc/42', {
      method: 'POST',
      headers: { 'x-functions-key': 'host-key', 'x-a': 'A', traceparent },
      body: JSON.stringify([{ id: 1 }, 2]),
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      count: 2,
      params: { client: 'abc', id: '42' },
      header: 'A',
      trace: traceparent,
      url: `${host.url}/api/notify/abc/42`,
    });
    expect(response.headers.get('set-cookie')).toBe('c=v%201; Path=/; Max-Age=60; HttpOnly; SameSite=Strict');
  });

  test('a caller without a trace gets a new one', async () => {
    const response = await call('/api/notify/abc?code=host-key', { method: 'POST', body: '[1]' });
    expect(await response.json()).toMatchObject({
      trace: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });

  test('an unmet constraint, an unknown path and a wrong method are all 404', async () => {
    expect(await status('/api/notify/abc1?code=host-key', { method: 'POST' })).toBe(404);
    expect(await status('/api/notify/abc/x?code=host-key', { method: 'POST' })).toBe(404);
    expect(await status('/api/notify/abc?code=host-key', { method: 'PUT' })).toBe(404);
    expect(await status('/nowhere')).toBe(404);
  });

  test('a literal route wins over a catch-all, which takes the rest with its slashes', async () => {
    expect(await (await call('/api/files/all')).text()).toBe('all files');
    expect(await (await call('/API/Files/a/b%20c')).json()).toEqual({ path: 'a/b c' });
  });

  test('a broken escape in a path is 400', async () => {
    expect(await status('/api/files/%E0%A4%A')).toBe(400);
  });
});

describe('keys', () => {
  test.each([
    ['the host key', 'host-key', 202],
    ['a named host key', 'graph-key', 202],
    ['the function key', 'notify-key', 202],
    ['the master key', 'master-key', 202],
    ['the key of another function', 'guarded-key', 401],
    ['a wrong key', 'host-kez', 401],
  ])('%s in the header or the query: %s gives %i', async (_name, key, expected) => {
    const init = { method: 'POST', body: '[]' };
    expect(await status('/api/notify/abc', { ...init, headers: { 'x-functions-key': key } })).toBe(expected);
    expect(await status(`/api/notify/abc?code=${key}`, init)).toBe(expected);
  });

  test('without a key a guarded function is closed and an anonymous one open', async () => {
    expect(await status('/api/notify/abc', { method: 'POST' })).toBe(401);
    expect(await status('/api/files/all')).toBe(200);
  });

  test('only the master key opens a function of level admin and the administrative paths', async () => {
    expect(await status('/api/guarded?code=host-key')).toBe(401);
    expect(await status('/api/guarded?code=guarded-key')).toBe(401);
    expect(await status('/api/guarded?code=master-key')).toBe(200);
    expect(await status('/admin/host/status?code=host-key')).toBe(401);
    expect(await (await call('/admin/host/status?code=master-key')).json()).toEqual({ state: 'Running' });
  });
});

describe('bodies and answers', () => {
  test('a body up to the limit passes; beyond it the answer is 413, announced or not', async () => {
    const announced = (bytes: number): RequestInit => ({ method: 'POST', body: Buffer.alloc(bytes) });
    expect(await (await call('/api/size', announced(200_000))).text()).toBe('200000');
    expect(await postChunked(`${host.url}/api/size`, 200_000)).toBe(200);
    expect(await status('/api/size', announced(200_001))).toBe(413);
    expect(await announce(`${host.url}/api/size`, 200_001)).toBe(413);
    expect(await postChunked(`${host.url}/api/size`, 200_001)).toBe(413);
    expect(await postChunked(`${host.url}/api/size`, 30_000_000)).toBe(413);
  });

  test('nothing returned is 204', async () => {
    expect(await status('/api/nothing')).toBe(204);
    expect(await status('/api/undefined')).toBe(204);
  });

  test('a failing handler is 500 without details; the log names function, code and message without secrets', async () => {
    const response = await call('/api/boom');
    expect([response.status, await response.text()]).toEqual([500, '']);
    const line = await host.line(({ event, function: fn }) => event === 'invocation.failed' && fn === 'boom');
    expect(line).toMatchObject({
      level: 'error',
      error: { code: 'EBROKEN', message: 'it broke; SharedAccessKey=***' },
    });
    expect(await host.saw('post', 1)).toMatchObject([{ mark: 'boom' }]);
  });

  test('a body that is not JSON is not quoted in the log', async () => {
    expect(await status('/api/boom', { method: 'POST', body: 'classified' })).toBe(500);
    await host.line(({ error }) => JSON.stringify(error ?? '').includes('not valid JSON'));
    expect(JSON.stringify(host.lines)).not.toContain('classif');
  });
});

describe('administration', () => {
  test('a Service Bus function is started with the given input, an unknown or HTTP function is 404', async () => {
    const post = (name: string, body: string): Promise<number> =>
      status(`/admin/functions/${name}?code=master-key`, { method: 'POST', body });
    expect(await post('COPY', '{"input":"{\\"by\\":\\"hand\\"}"}')).toBe(202);
    expect(await host.saw('copy', 1)).toMatchObject([{ message: { by: 'hand' } }]);
    expect(await post('notify', '{}')).toBe(404);
    expect(await post('missing', '{}')).toBe(404);
    expect(await post('copy', 'not JSON')).toBe(400);
  });
});
