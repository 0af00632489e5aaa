import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WantedSubscription } from '../../../shared/graph/index.ts';
import { startWorld, type World } from './support/world.ts';

let world: World;
let address: string;
/** An endpoint that shakes hands. */
const endpoint = createServer((request, response) => {
  const token = new URL(request.url ?? '/', 'http://endpoint').searchParams.get('validationToken');
  response.writeHead(200, { 'content-type': 'text/plain' }).end(token ?? '');
});
beforeAll(async () => {
  world = await startWorld();
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const listening = endpoint.address();
  address = `http://127.0.0.1:${typeof listening === 'object' && listening ? listening.port : 0}`;
});
afterAll(async () => {
  await world.stop();
  endpoint.close();
  endpoint.closeAllConnections();
});

const wantedOf = (resource: '/groups' | '/users'): WantedSubscription => ({
  resource,
  changeType: 'updated,deleted',
  notificationUrl: `${address}/api/notifications`,
  lifecycleNotificationUrl: `${address}/api/lifecycle`,
  clientState: '0123456789abcdef',
});
const inHours = (count: number) => new Date(Date.now() + count * 3_600_000);

describe('subscriptions', () => {
  it('are made, listed, renewed, reauthorised and deleted', async () => {
    const { graph } = world.client();
    const made = await graph.createSubscription(wantedOf('/groups'), inHours(48));
    if (made.outcome !== 'complete') throw new Error(made.why.message);
    expect(made.value).toMatchObject(wantedOf('/groups'));
    const { id } = made.value;
    expect(await graph.listSubscriptions()).toEqual({ outcome: 'complete', value: [made.value] });

    const renewed = await graph.renewSubscription(id, inHours(72));
    if (renewed.outcome !== 'complete') throw new Error(renewed.why.message);
    expect(Date.parse(renewed.value.expirationDateTime)).toBeGreaterThan(
      Date.parse(made.value.expirationDateTime),
    );
    expect(await graph.reauthorizeSubscription(id)).toEqual({ outcome: 'complete', value: undefined });
    expect(await graph.deleteSubscription(id)).toEqual({ outcome: 'complete', value: undefined });
    expect(await graph.listSubscriptions()).toEqual({ outcome: 'complete', value: [] });
  });

  it('may be deleted twice', async () => {
    const { graph } = world.client();
    const made = await graph.createSubscription(wantedOf('/users'), inHours(48));
    if (made.outcome !== 'complete') throw new Error(made.why.message);
    await graph.deleteSubscription(made.value.id);
    expect(await graph.deleteSubscription(made.value.id)).toEqual({ outcome: 'complete', value: undefined });
  });

  it('say why they cannot be made', async () => {
    const { graph } = world.client();
    const late = await graph.createSubscription(wantedOf('/users'), inHours(1000));
    expect(late).toMatchObject({ outcome: 'failed', why: { status: 400, retry: 'never' } });
    expect(late.outcome === 'failed' && late.why.message).toContain('41760 minutes');
    const unreachable = { ...wantedOf('/users'), notificationUrl: 'http://127.0.0.1:9/api/notifications' };
    expect(await graph.createSubscription(unreachable, inHours(48))).toMatchObject({
      outcome: 'failed',
      why: { status: 400 },
    });
    await graph.createSubscription(wantedOf('/users'), inHours(48));
    expect(await graph.createSubscription(wantedOf('/users'), inHours(48))).toMatchObject({
      outcome: 'failed',
      why: { status: 409 },
    });
  });

  it('that are gone cannot be renewed', async () => {
    const { graph } = world.client();
    expect(await graph.renewSubscription(crypto.randomUUID(), inHours(48))).toMatchObject({
      outcome: 'failed',
      why: { status: 404 },
    });
  });
});
