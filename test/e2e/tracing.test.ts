import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Event, startWorld, type World } from './world.ts';

/** One trace runs from the notification of Graph to the LDAP write, through every process. */

let world: World;
const options = process.env.NODE_OPTIONS;

beforeAll(async () => {
  process.env.NODE_OPTIONS = `--import ${join(import.meta.dirname, 'span-printer.ts')}`;
  world = await startWorld();
}, 120_000);

afterAll(async () => {
  if (options === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = options;
  await world?.stop();
});

const spans = (): readonly Event[] => world.events.filter(({ event }) => event === 'span');
const named = (name: string, more: Event = {}): readonly Event[] =>
  spans().filter(
    (span) => span.name === name && Object.entries(more).every(([key, value]) => span[key] === value),
  );

describe('a change', () => {
  it('is one trace: received, evaluated, observed, planned, applied, settled, each below what led to it', async () => {
    const isGroupSweep = ({ event, kind }: Event): boolean => event === 'sweep.finished' && kind === 'group';
    await world.event(isGroupSweep, 0, 'the end of the first synchronisation');
    const since = world.mark();
    const body = {
      displayName: 'Traced',
      groupTypes: ['Unified'],
      mailEnabled: true,
      mailNickname: 'traced',
      securityEnabled: false,
    };
    const id = String((await world.graph('POST', '/v1.0/groups', body)).id);
    const settled = await world.settled(id, since, (event) => event.result === 'applied');
    expect(settled.cause).toBe('notification');
    const { value } = (await (await world.api(`/objects/${id}/history`)).json()) as {
      readonly value: readonly { readonly event: string; readonly details: Event }[];
    };
    const traceId = String(value.find(({ event }) => event === 'outcome.applied')?.details.traceId);

    const applied = await vi.waitUntil(() => named('apply', { traceId })[0], 10_000);
    // Spans are printed when they end, and what leads to something may end after it.
    const parentOf = (span: Event): Promise<Event> =>
      vi.waitUntil(() => spans().find(({ spanId }) => spanId === span.parentSpanId), 10_000);
    await vi.waitUntil(() => named('settle', { traceId }).length > 0, 10_000);
    const relay = await parentOf(applied);
    const evaluate = await parentOf(relay);
    const receive = await parentOf(evaluate);
    expect([relay.name, evaluate.name, receive.name]).toEqual(['relay', 'evaluate', 'receive']);
    expect(named('settle', { traceId }).map(({ parentSpanId }) => parentSpanId)).toContain(relay.spanId);
    for (const name of ['observe', 'plan', 'guard'])
      expect(named(name, { traceId, parentSpanId: String(relay.spanId) })).not.toEqual([]);

    const inOrder = [receive, evaluate, relay, applied].map(({ startedAt }) => Number(startedAt));
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    expect(Number(applied.endedAt)).toBeLessThanOrEqual(Number(relay.endedAt));
  });

  it('shows how long it lay in each queue, up to the moment it was taken', () => {
    const relays = named('relay');
    expect(relays.length).toBeGreaterThan(0);
    const queues = new Set(
      named('queue.wait').map(({ attributes }) => Object(attributes)['messaging.destination.name']),
    );
    expect(queues).toEqual(
      new Set(['feeds', 'changes', 'intents', 'outcomes', 'alerts'].filter((queue) => queues.has(queue))),
    );
    for (const queue of ['feeds', 'changes', 'intents', 'outcomes']) expect(queues).toContain(queue);
    for (const { startedAt, endedAt } of named('queue.wait'))
      expect(Number(endedAt)).toBeGreaterThanOrEqual(Number(startedAt));
  });
});
