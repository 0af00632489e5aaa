import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

/** What may go wrong on the way: nothing is lost, and whoever must mend it is told what and how. */

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 120_000);

afterAll(() => world?.stop());

let number = 0;

async function createGroup(displayName: string): Promise<string> {
  number += 1;
  const body = {
    displayName,
    groupTypes: ['Unified'],
    mailEnabled: true,
    mailNickname: `fault${number}`,
    securityEnabled: false,
  };
  return String((await world.graph('POST', '/v1.0/groups', body)).id);
}

const parts = () => world.stack.parts;
const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${world.stack.file.functions.url}/api/notifications`, { method: 'POST', body, headers });
const item = (id: string, clientState: string) => ({
  changeType: 'updated',
  clientState,
  resource: `Groups/${id}`,
  resourceData: { '@odata.type': '#Microsoft.Graph.Group', id, sequenceNumber: 0 },
  subscriptionId: '092ba742-89d2-4417-a4c7-c120db062842',
  subscriptionExpirationDateTime: '2030-01-01T00:00:00Z',
  tenantId: '7d96d549-841b-4092-9c09-89abae4c860c',
});

describe('the webhook', () => {
  it('answers the handshake with the decoded token as plain text, escaped', async () => {
    const url = `${world.stack.file.functions.url}/api/notifications?validationToken=${encodeURIComponent('a b+<script>')}`;
    const response = await fetch(url, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toBe('a b+&lt;script&gt;');
  });

  it('keeps the trusted items of a POST and drops, counts and logs those with a wrong or missing client state', async () => {
    const id = await createGroup('Trusted');
    await world.settled(id, 0);
    const since = world.mark();
    const { clientState, ...unsigned } = item(id, 'x');
    const body = { value: [item(id, 'wrong'), unsigned, item(id, parts().clientState)] };
    expect((await post(JSON.stringify(body))).status).toBe(202);
    const dropped = await world.event((event) => event.event === 'notification.untrusted', since);
    expect(dropped.count).toBe(2);
    const received = await world.event((event) => event.event === 'notification.received', since);
    expect(received.changes).toBe(1);
  });

  it.each([
    ['what is not JSON', '{"value": [', 400, 'BODY_NOT_JSON'],
    ['a body over the limit', `{"value": "${'x'.repeat(5 * 1024 * 1024)}"}`, 413, 'BODY_TOO_LARGE'],
  ])('refuses %s with a problem that says what is wrong', async (_what, body, status, code) => {
    const response = await post(body, { 'content-type': 'application/json' });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code, status });
  });

  it('logs why an item cannot be read, and keeps the others', async () => {
    const since = world.mark();
    const id = await createGroup('Readable');
    await world.settled(id, since);
    const bad = { ...item(id, parts().clientState), resource: 'me/messages/1' };
    expect((await post(JSON.stringify({ value: [bad, item(id, parts().clientState)] }))).status).toBe(202);
    const refused = await world.event((event) => event.event === 'notification.refused', since);
    expect(refused.message).toContain('me/messages/1');
  });
});

describe('Service Bus', () => {
  it('being away makes Graph send again, and nothing is lost', async () => {
    const since = world.mark();
    await parts().broker?.pause();
    const response = await post(
      JSON.stringify({ value: [item('3a5c3221-c465-48c0-95b8-e9305786a271', parts().clientState)] }),
    );
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    const id = await createGroup('While the bus is away');
    await parts().broker?.resume();
    await world.settled(id, since, (event) => event.result === 'applied');
    expect(await world.adGroup(id)).toBeDefined();
  }, 60_000);

  it('keeps a message of an unknown version aside with its reason, and says so', async () => {
    const since = world.mark();
    const client = new ServiceBusClient(world.stack.file.serviceBus.connectionString);
    try {
      const sender = client.createSender('changes');
      await sender.sendMessages({ body: Buffer.from('{"version":99,"body":{}}'), sessionId: 'group:x' });
      const rejected = await world.event((event) => event.event === 'message.rejected', since);
      expect(rejected).toMatchObject({ queue: 'changes', code: 'VERSION_UNKNOWN' });
      expect(rejected.message).toContain('version 99');
      const opened = await world.event((event) => event.event === 'violation.opened', since);
      expect(opened.code).toBe('MESSAGE_REJECTED');
      const [kept] = await client.createReceiver('rejected').receiveMessages(1, { maxWaitTimeInMs: 5000 });
      expect(kept?.body.body).toMatchObject({
        queue: 'changes',
        code: 'VERSION_UNKNOWN',
      });
    } finally {
      await client.close();
    }
  });
});

describe('Graph', () => {
  it.each([
    ['throttling with a whole Retry-After', { kind: 'throttle', retryAfter: 'whole', seconds: 1 }],
    [
      'throttling with a fractional Retry-After',
      { kind: 'throttle', retryAfter: 'fractional', seconds: 0.4 },
    ],
    ['throttling without Retry-After', { kind: 'throttle', retryAfter: 'absent' }],
    ['being unavailable', { kind: 'status', status: 503 }],
    ['breaking the connection', { kind: 'cut' }],
  ] as const)('%s delays a change and loses nothing', async (_what, effect) => {
    parts().graph?.behaviour.change({ faults: [{ method: 'GET', path: '/groups', next: 3, effect }] });
    const since = world.mark();
    const id = await createGroup('Through trouble');
    await world.settled(id, since, (event) => event.result === 'applied');
    parts().graph?.behaviour.reset();
  });

  it('showing a new object late does not make it forgotten', async () => {
    parts().graph?.behaviour.change({ reads: { ms: 1500 } });
    const since = world.mark();
    const id = await createGroup('Shown late');
    await world.settled(id, since, (event) => event.result === 'applied');
    parts().graph?.behaviour.reset();
    expect(await world.adGroup(id)).toBeDefined();
  });
});

describe('the domain controller', () => {
  it('restarting in the middle of many writes loses none and repeats none', async () => {
    const since = world.mark();
    const created = Promise.all(Array.from({ length: 12 }, (_, index) => createGroup(`Burst ${index}`)));
    await parts().controller?.kill();
    const ids = await created;
    await parts().controller?.restart();
    await Promise.all(ids.map((id) => world.settled(id, since, (event) => event.result === 'applied')));
    const found = await world.search('(displayName=Burst*)', ['cn']);
    expect(found).toHaveLength(12);
  }, 60_000);
});
