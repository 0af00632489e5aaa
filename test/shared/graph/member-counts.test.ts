import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraId } from '../../../shared/domain/index.ts';
import { startServer } from './support/server.ts';
import { clientOf, group, idOf, startWorld, user, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const nowhere = EntraId.parse('99999999-9999-4999-8999-999999999999');
const open = (id: EntraId) => ({ id, hidden: false });

describe('the number of members', () => {
  it('is told of many groups, twenty to a request, whatever their size', async () => {
    const { tenant } = world;
    const people = Array.from(
      { length: 30 },
      (_, index) => tenant.create('user', user(`Person ${index}`)).id,
    );
    const groups = people.map((_, size) =>
      idOf(tenant.create('group', group(`Group of ${size}`), { members: people.slice(0, size) })),
    );
    const { graph, seen } = world.client();
    const read = await graph.countMembers(groups.map(open));
    expect(read.outcome === 'complete' && groups.map((id) => read.value.get(id))).toEqual(
      people.map((_, size) => size),
    );
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('is not told of a group that Graph does not know', async () => {
    const { graph } = world.client();
    expect(await graph.countMembers([open(nowhere)])).toMatchObject({
      outcome: 'complete',
      value: new Map(),
    });
  });

  it('is not told where hidden members do not show, since none is no proof of none', async () => {
    const id = idOf(world.tenant.create('group', group('Hidden')));
    const { graph } = world.client();
    const read = await graph.countMembers([{ id, hidden: true }]);
    expect(read).toMatchObject({ outcome: 'complete', value: new Map() });
  });

  it('is a failure where Graph refuses or gives a list without a count', async () => {
    for (const part of [
      { status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'no' } } },
      { status: 200, body: { value: [] } },
    ]) {
      const server = await startServer();
      server.script.push({ body: { responses: [{ id: '0', headers: {}, ...part }] } });
      const read = await clientOf(server.url).graph.countMembers([open(nowhere)]);
      await server.stop();
      expect(read.outcome).toBe('failed');
    }
  });
});
