import { describe, expect, it } from 'vitest';
import type { BodyOf, Bus, QueueName } from '../../../../shared/bus/index.ts';
import { Intent, Outcome } from '../../../../shared/domain/index.ts';
import { createInspections, type InspectDeps, inspect } from '../../../../shared/flow/ask/inspect.ts';
import { memoryStore } from '../../../../shared/state/index.ts';

/** Questions to the relay and their answers, which meet in the state. */

const object = { kind: 'group', id: '3a5c3221-c465-48c0-95b8-e9305786a271' };
const at = '2026-09-01T08:00:00.000Z';
const dn = 'CN=Apollo,OU=EntraWriteback,DC=lab,DC=test';
const guid = '7a1a6a10-0d6c-4ac5-9d4f-3fd4a3e1bb11';
const about = {
  object,
  cause: 'request',
  reason: 'WRITE_BY_RULE',
  rule: 'All',
  policyVersion: '0',
  displayName: 'Apollo',
};

const look = (intentId: string): Intent =>
  Intent.parse({
    type: 'inspect',
    ...about,
    intentId,
    times: { receivedAt: at, decidedAt: at },
    desired: null,
    membership: { kind: 'unchanged' },
  });

const answer = (intentId: string, more: object = {}): Outcome =>
  Outcome.parse({
    ...about,
    intentId,
    result: 'inspected',
    intent: 'inspect',
    plan: { operations: [] },
    observed: null,
    membership: 'unchanged',
    membersAdded: 0,
    membersRemoved: 0,
    leftOut: [],
    violations: [],
    relay: { name: 'local', version: '0', instance: 'one' },
    times: { receivedAt: at, decidedAt: at, startedAt: at, finishedAt: at },
    ...more,
  });

/** A relay that answers what arrives, and a clock that goes on by what is slept. */
function world(relay: (intent: Intent, position: number) => Outcome | undefined) {
  const inspections = createInspections(memoryStore());
  const sent: Intent[] = [];
  let time = Date.parse(at);
  let ids = 0;
  const bus: Bus = {
    async send<Q extends QueueName>(_queue: Q, outgoing: readonly { readonly body: BodyOf<Q> }[]) {
      for (const { body } of outgoing) {
        const intent = Intent.parse(body);
        sent.push(intent);
        const outcome = relay(intent, sent.length - 1);
        if (outcome) await inspections.keep(outcome);
      }
    },
    close: async () => {},
  };
  const deps: InspectDeps = {
    bus,
    inspections,
    now: () => new Date(time),
    newId: () => `question-${++ids}`,
    sleep: async (ms) => {
      time += ms;
    },
  };
  return { deps, sent, inspections, waited: () => time - Date.parse(at) };
}

describe('an inspection', () => {
  it('of a membership in parts is one answer: the object once, the members of all parts', async () => {
    const target = { dn, guid };
    const modify = { op: 'modify', ...target, replace: { description: ['New'] }, before: {} };
    const add = (member: string) => ({ op: 'addMembers', ...target, members: [member] });
    const leftOut = (reference: string) => [{ reference, reason: 'NOT_IN_AD' }];
    const { deps, sent } = world(({ intentId }, part) =>
      answer(intentId, {
        plan: { operations: [modify, add(`CN=Person ${part}`)] },
        leftOut: leftOut(`user:${part}`),
      }),
    );
    const found = await inspect([look('a'), look('b')], 1000, '', deps);
    expect(sent.map(({ type, intentId }) => [type, intentId])).toEqual([
      ['inspect', 'question-1'],
      ['inspect', 'question-2'],
    ]);
    expect(found?.plan.operations).toEqual([modify, add('CN=Person 0'), add('CN=Person 1')]);
    expect(found?.leftOut).toEqual([...leftOut('user:0'), ...leftOut('user:1')]);
  });

  it('waits for all parts, and no longer than it may', async () => {
    const { deps, waited } = world(({ intentId }, part) => (part === 0 ? answer(intentId) : undefined));
    expect(await inspect([look('a'), look('b')], 1000, '', deps)).toBeUndefined();
    expect(waited()).toBeGreaterThanOrEqual(1000);
    expect(waited()).toBeLessThan(1100);
  });

  it('that came too late for the one who asked is forgotten with a later one', async () => {
    const { inspections } = world(() => undefined);
    const later = { receivedAt: at, decidedAt: at, startedAt: at, finishedAt: '2026-09-01T08:10:00.001Z' };
    await inspections.keep(answer('old'));
    await inspections.keep(answer('recent', { times: { ...later, finishedAt: '2026-09-01T08:09:59.000Z' } }));
    expect(await inspections.take('old')).toBeDefined();
    await inspections.keep(answer('old'));
    await inspections.keep(answer('new', { times: later }));
    expect(await inspections.take('old')).toBeUndefined();
    expect((await inspections.take('new'))?.intentId).toBe('new');
    expect(await inspections.take('new')).toBeUndefined();
  });
});
