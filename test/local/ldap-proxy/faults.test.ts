import { Attribute, Change } from 'ldapts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { read, refusal, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
afterEach(() => world.proxy.faults.clear());

const describeAs = (text: string) => world.modify(world.seeded.writebackOu, 'replace', 'description', [text]);
const description = async () =>
  (await read(await world.connect(), world.seeded.writebackOu, ['description'])).description;

describe('a fault', () => {
  it('hits as many matching requests as ordered, after those that it lets through, and no others', async () => {
    const { faults } = world.proxy;
    faults.order({ operation: 'modify', dn: /EntraWriteback/, fault: { kind: 'busy' }, after: 1, times: 2 });
    await world.modify(world.seeded.groupsOu, 'replace', 'description', ['another object']);
    await describeAs('first');
    await expect(describeAs('second')).rejects.toMatchObject(refusal(51, 'BUSY'));
    await read(world.client, world.seeded.writebackOu, ['description']);
    await expect(describeAs('third')).rejects.toMatchObject(refusal(51, 'BUSY'));
    expect(faults.pending()).toBe(0);
    await describeAs('fourth');
    expect(await description()).toBe('fourth');
  });

  it.each([
    [{ kind: 'unavailable' }, 52, 'UNAVAILABLE'],
    [{ kind: 'referral', url: 'ldap://other.example' }, 10, '0000202B'],
    [{ kind: 'answer', resultCode: 80, text: '00000001: anything' }, 80, '00000001'],
  ] as const)('can be an answer (%j)', async (fault, code, text) => {
    await describeAs('unchanged');
    world.proxy.faults.order({ operation: 'modify', fault });
    await expect(describeAs('changed')).rejects.toMatchObject(refusal(code, text));
    expect(await description()).toBe('unchanged');
  });

  it.each([
    ['cutBefore', 'before'],
    ['disconnect', 'before'],
    ['cutAfter', 'after'],
  ] as const)('can be a broken connection (%s), %s the server has seen the request', async (kind, when) => {
    const client = await world.connect();
    await describeAs('old');
    world.proxy.faults.order({ operation: 'modify', fault: { kind } });
    await expect(
      client.modify(
        world.seeded.writebackOu,
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'description', values: [`new by ${kind}`] }),
        }),
      ),
    ).rejects.toThrow(/Connection closed|Socket error/);
    await expect.poll(description).toBe(when === 'after' ? `new by ${kind}` : 'old');
  });

  it('can be a late answer to a request that was applied in time', async () => {
    world.proxy.faults.order({ operation: 'modify', fault: { kind: 'slow', ms: 300 } });
    let answered = false;
    const late = describeAs('late').then(() => {
      answered = true;
    });
    await expect.poll(description).toBe('late');
    expect(answered).toBe(false);
    await late;
  });
});

it('requests are counted by kind until the counters are set back', async () => {
  world.proxy.resetCounters();
  await read(world.client, world.seeded.writebackOu, ['cn']);
  await describeAs('counted');
  expect(world.proxy.requests).toEqual({ search: 1, modify: 1 });
  world.proxy.resetCounters();
  expect(world.proxy.requests).toEqual({});
});
