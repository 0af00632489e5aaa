import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concludePresence, type Found } from '../../../shared/graph/index.ts';
import { group, idOf, startWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** What reading says of a group in each of its states. */
const foundIn = async (state: Found['presence']): Promise<Found> => {
  const made = world.tenant.create('group', group(state));
  if (state !== 'present') world.tenant.softDelete(made.id);
  if (state === 'notFound') world.tenant.purge(made.id);
  const read = await world.client().graph.readGroup(idOf(made));
  if (read.outcome !== 'complete') throw new Error(read.why.message);
  expect(read.value.presence).toBe(state);
  return read.value;
};

describe('what may be concluded of an object', () => {
  it.each([
    ['present', undefined, { presence: 'present' }],
    ['present', 'softDeleted', { presence: 'unknown', why: 'readIsOlder' }],
    ['present', 'deleted', { presence: 'unknown', why: 'readIsOlder' }],
    ['softDeleted', undefined, { presence: 'softDeleted' }],
    ['softDeleted', 'softDeleted', { presence: 'softDeleted' }],
    ['softDeleted', 'deleted', { presence: 'unknown', why: 'readIsOlder' }],
    ['notFound', undefined, { presence: 'unknown', why: 'notFound' }],
    ['notFound', 'softDeleted', { presence: 'unknown', why: 'notFound' }],
    ['notFound', 'deleted', { presence: 'deleted' }],
  ] as const)('found %s with tombstone %s', async (state, tombstone, expected) => {
    expect(concludePresence(await foundIn(state), tombstone)).toMatchObject(expected);
  });

  it('never comes from a replica that lags: a 404 alone proves nothing', async () => {
    world.double.behaviour.change({ reads: { ms: 60_000 } });
    const made = world.tenant.create('group', group('Too new'));
    const read = await world.client().graph.readGroup(idOf(made));
    world.double.behaviour.reset();
    if (read.outcome !== 'complete') throw new Error(read.why.message);
    expect(concludePresence(read.value, undefined)).toEqual({ presence: 'unknown', why: 'notFound' });
  });

  it('never comes from a 404 that is not the word of Graph on this object', async () => {
    const made = world.tenant.create('group', group('Behind a proxy'));
    world.double.behaviour.change({
      faults: [{ path: made.id, effect: { kind: 'status', status: 404, code: 'UnknownError' } }],
    });
    const read = await world.client().graph.readGroup(idOf(made));
    world.double.behaviour.reset();
    expect(read).toMatchObject({ outcome: 'failed', why: { status: 404, retry: 'later' } });
  });
});
