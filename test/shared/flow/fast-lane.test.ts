import { describe, expect, it } from 'vitest';
import type { Change } from '../../../shared/domain/index.ts';
import { loadPolicy } from '../../../shared/policy/index.ts';
import { createGroup, createWorld, minute, startedWorld } from './world.ts';

/** What the cloud does for objects in the fast lane; what the relay does is in test/relay/express.test.ts. */

const loaded = loadPolicy(`groups:
  - rule: Privileged
    when: { attribute: displayName, operator: startsWith, value: PIM }
    writeback: true
    lane: fast
    deletion: { softDeleted: delete }
  - { rule: Others, writeback: true }
`);
if (!loaded.ok) throw new Error('The policy of this test does not load.');
const { policy } = loaded;

/** A world in which everything sent to the relay is written down. */
async function listened() {
  const world = await startedWorld({ policy });
  const sent: string[] = [];
  const send = world.queues.bus.send;
  world.queues.bus.send = async (queue, outgoing, options) => {
    for (const { body } of outgoing) {
      if (queue === 'intents' && 'type' in body && 'object' in body)
        sent.push(`${body.type} ${body.object.id}`);
      if (queue === 'changes' && (body as Change).cause === 'missed')
        sent.push(`look ${(body as Change).id}`);
    }
    return send(queue, outgoing, options);
  };
  return { ...world, sent };
}

describe('a group in the fast lane', () => {
  it('is the first of a first synchronisation', async () => {
    const world = createWorld({ policy });
    const looks: string[] = [];
    const send = world.queues.bus.send;
    world.queues.bus.send = async (queue, outgoing, options) => {
      if (queue === 'changes') looks.push(...outgoing.map(({ body }) => (body as Change).id));
      return send(queue, outgoing, options);
    };
    for (let count = 0; count < 20; count += 1) createGroup(world);
    const fast = ['PIM 1', 'PIM 2', 'PIM 3'].map((displayName) => createGroup(world, [], { displayName }));
    await world.minute();
    await world.settle();
    expect(looks.slice(0, 3).toSorted()).toEqual(fast.toSorted());
    expect(new Set(looks).size).toBe(23);
  });

  it('is called for after what the relay shall do with it, whether it is written or ends', async () => {
    const world = await listened();
    const id = createGroup(world, [], { displayName: 'PIM Databases' });
    const other = createGroup(world);
    await world.pass(minute);
    expect(world.sent.filter((one) => one.endsWith(id)).slice(0, 2)).toEqual([
      `write ${id}`,
      `express ${id}`,
    ]);
    expect(world.sent).toContain(`write ${other}`);
    expect(world.sent).not.toContain(`express ${other}`);
    world.sent.length = 0;
    world.tenant.softDelete(id);
    await world.pass(minute);
    expect(world.sent.filter((one) => one.endsWith(id)).slice(0, 2)).toEqual([
      `remove ${id}`,
      `express ${id}`,
    ]);
  });

  it('is not called for where there is nothing to do', async () => {
    const world = await listened();
    const id = createGroup(world, [], { displayName: 'PIM Databases' });
    await world.pass(20 * minute);
    world.sent.length = 0;
    await world.pass(20 * minute);
    expect(world.sent.filter((one) => one === `express ${id}`)).toEqual([]);
  });
});
