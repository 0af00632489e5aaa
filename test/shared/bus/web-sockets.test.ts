import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServerCertificate, type ServerCertificate } from '../../../local/graph/http/certificates.ts';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { type Door, proxyDoor, webSocketDoor } from './doors.ts';

let folder: string;
let certificate: ServerCertificate;
let broker: Broker;
let front: Door;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web-sockets-'));
  certificate = await createServerCertificate(folder, '127.0.0.1');
  const Queues = [{ Name: 'rejected' }];
  broker = await startBroker({ entities: { UserConfig: { Namespaces: [{ Name: 'local', Queues }] } } });
  front = await webSocketDoor(certificate, broker.port);
});

afterAll(async () => {
  front.close();
  await broker.stop();
  await rm(folder, { recursive: true });
});

/** What a process prints that reaches Service Bus only by WebSockets. */
async function roundTrip(proxy?: string): Promise<string> {
  const script = join(import.meta.dirname, 'round-trip.ts');
  const address = broker.connectionString.replace(String(broker.port), String(front.port));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, address, ...(proxy === undefined ? [] : [proxy])],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate.caFile } },
  );
  return stdout;
}

test('messages travel over WebSockets where AMQP is closed', async () => {
  expect(await roundTrip()).toBe('through port 443');
  expect(front.asked).toContain('/$servicebus/websocket');
});

test('messages travel through an HTTP proxy', async () => {
  const proxy = await proxyDoor();
  try {
    expect(await roundTrip(`http://127.0.0.1:${proxy.port}`)).toBe('through port 443');
    expect(proxy.asked).toEqual([`127.0.0.1:${front.port}`]);
  } finally {
    proxy.close();
  }
});
