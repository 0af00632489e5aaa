import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { ENTITIES, settings } from './entities.ts';
import { APP, type HostProcess, startHostProcess } from './host-process.ts';
import { announce, postChunked } from './posting.ts';

let broker: Broker;
let host: HostProcess;

beforeAll(async () => {
  broker = await startBroker({ entities: ENTITIES });
  host = await startHostProcess({
    args: ['--directory', APP, '--entry', 'index.ts'],
    settings: {
      ...settings(broker.connectionString),
      APP_STREAMS: 'true',
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '200000',
    },
  });
});

afterAll(async () => {
  await host.stop();
  await broker.stop();
});

const call = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${host.url}${path}`, init);

test('a response is passed on while it is still being made', async () => {
  const reader = (await call('/api/numbers?count=3&wait=true')).body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('0\n');
  await call('/api/go-on', { method: 'POST' });
  let rest = '';
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    rest += new TextDecoder().decode(part.value);
  }
  expect(rest).toBe('1\n2\n');
});

test('the host outlives a client that leaves in the middle', async () => {
  await new Promise<void>((resolve) => {
    const leaving = request(`${host.url}/api/numbers?count=200000`, (response) => {
      response.once('data', () => leaving.destroy());
      response.once('close', resolve);
    });
    leaving.end();
  });
  expect((await call('/api/files/all')).status).toBe(200);
});

test('a large response arrives complete', async () => {
  const lines = (await (await call('/api/numbers?count=100000')).text()).split('\n');
  expect([lines.length, lines[99_999]]).toEqual([100_001, '99999']);
});

test('parameters, query, headers, cookies and status pass both ways', async () => {
  const response = await call('/api/notify/abc/42?x=1', {
    method: 'POST',
    headers: { 'x-a': 'A' },
    body: '[1,2]',
  });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({
    count: 2,
    params: { client: 'abc', id: '42' },
    header: 'A',
    url: `${host.url}/api/notify/abc/42?x=1`,
  });
  expect(response.headers.get('set-cookie')).toContain('c=v%201');
});

test('a handler that fails is 500, one that returns nothing is 204', async () => {
  expect((await call('/api/boom')).status).toBe(500);
  expect((await call('/api/undefined')).status).toBe(204);
});

test('a body beyond the limit is 413, announced or not', async () => {
  expect((await call('/api/size', { method: 'POST', body: Buffer.alloc(200_001) })).status).toBe(413);
  expect(await announce(`${host.url}/api/size`, 200_001)).toBe(413);
  expect(await postChunked(`${host.url}/api/size`, 200_001)).toBe(413);
  expect(await postChunked(`${host.url}/api/size`, 30_000_000)).toBe(413);
  expect(await postChunked(`${host.url}/api/size`, 200_000)).toBe(200);
  expect(await (await call('/api/size', { method: 'POST', body: Buffer.alloc(200_000) })).text()).toBe(
    '200000',
  );
});
