import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import {
  type CompareRequest,
  type Comparison,
  type DesiredGroup,
  type EntraId,
  momentOf,
} from '../../shared/domain/index.ts';
import { bySid, complete, desiredGroup, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

/** What a sweep asks, answered by the whole relay from a real domain controller behind the strict proxy. */

let world: World;
let groups: readonly DesiredGroup[];
const count = 60;

beforeAll(async () => {
  world = await startWorld({}, { proxied: true });
  groups = Array.from({ length: count }, () => desiredGroup());
  const members = complete([0, 1].map((index) => bySid(world.seeded.people[index]?.sid ?? '')));
  const outcomes = await Promise.all(groups.map((one) => world.outcomeOf(writeIntent(one, members))));
  expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['applied']));
}, 120_000);
afterAll(() => world.stop());
beforeEach(() => world.proxy?.resetCounters());

let sweeps = 0;
const head = () => {
  sweeps += 1;
  return {
    type: 'compare',
    sweepId: `sweep-${sweeps}`,
    kind: 'group',
    askedAt: momentOf(new Date()),
  } as const;
};

type Objects = Extract<Comparison, { ask: 'objects' }>;
type Hashes = ReadonlyMap<EntraId, string>;

async function compare(asked: readonly DesiredGroup[], hashes?: Hashes): Promise<Objects> {
  const objects = asked.map((desired) => ({ desired, members: hashes?.get(desired.id) ?? null }));
  const request: CompareRequest = { ...head(), ask: 'objects', objects };
  const answer = await world.answerTo(request);
  if (answer.ask !== 'objects') throw new Error('It answered something else.');
  return answer;
}

/** What the members of these groups hash to, as a first comparison tells. */
async function hashesOf(asked: readonly DesiredGroup[]): Promise<Hashes> {
  const { differing } = await compare(asked);
  return new Map(differing.map(({ id, members = '' }) => [id, members]));
}

const dnOf = ({ commonName }: DesiredGroup): string => `CN=${commonName},${world.seeded.writebackOu}`;
const byHand = (dn: string, type: string, values: readonly string[]): Promise<void> =>
  withConnection(world.dc, (client) =>
    client.modify(
      dn,
      new Change({ operation: 'replace', modification: new Attribute({ type, values: [...values] }) }),
    ),
  );
const nth = (index: number): DesiredGroup => {
  const found = groups[index];
  if (!found) throw new Error(`There is no group ${index}.`);
  return found;
};

describe('what a sweep asks about objects', () => {
  test('is answered with one search for all objects and one for their members, and AD sees no write', async () => {
    const hashes = await hashesOf(groups);
    expect(hashes.size).toBe(count);
    const before = await world.look(dnOf(nth(0)), ['uSNChanged']);
    world.proxy?.resetCounters();
    expect(await compare(groups, hashes)).toMatchObject({ compared: count, differing: [] });
    expect(world.proxy?.requests).toEqual({ search: 2 });
    expect(await world.look(dnOf(nth(0)), ['uSNChanged'])).toEqual(before);
  });

  test('names what somebody changed, emptied, moved, renamed or deleted in AD, and nothing else', async () => {
    const hashes = await hashesOf(groups);
    const [changed, emptied, moved, renamed, deleted] = [nth(1), nth(2), nth(3), nth(4), nth(5)];
    await byHand(dnOf(changed), 'displayName', ['By hand']);
    await byHand(dnOf(emptied), 'member', []);
    await withConnection(world.dc, async (client) => {
      await client.modifyDN(dnOf(moved), `CN=${moved.commonName},${world.seeded.groupsOu}`);
      await client.modifyDN(dnOf(renamed), `CN=By hand,${world.seeded.writebackOu}`);
      await client.del(dnOf(deleted));
    });
    const { differing } = await compare(groups, hashes);
    const told = new Map(differing.map(({ id, differs }) => [id, differs]));
    expect(told).toEqual(
      new Map([
        [changed.id, 'object'],
        [emptied.id, 'members'],
        [moved.id, 'object'],
        [renamed.id, 'object'],
        [deleted.id, 'absent'],
      ]),
    );
  });

  test('names a marker that stands on two objects, which the list of all markers tells as well', async () => {
    const one = nth(10);
    await withConnection(world.dc, (client) =>
      client.add(`CN=The same again,${world.seeded.writebackOu}`, {
        objectClass: 'group',
        sAMAccountName: 'the same again',
        adminDescription: `Group_${one.id}`,
        'msDS-ExternalDirectoryObjectId': `Group_${one.id}`,
      }),
    );
    const hashes = await hashesOf([one, nth(11)]);
    expect(await compare([one, nth(11)], hashes)).toMatchObject({
      differing: [{ id: one.id, differs: 'doubled' }],
    });
  });

  test('waits while AD is away, and takes nothing for absent', async () => {
    const some = groups.slice(20, 30);
    const hashes = await hashesOf(some);
    world.proxy?.faults.order({ operation: 'search', fault: { kind: 'cutBefore' }, times: 2 });
    expect(await compare(some, hashes)).toMatchObject({ compared: some.length, differing: [] });
    expect(world.proxy?.faults.pending()).toBe(0);
  });

  test.each([
    ['half of the answer', { kind: 'answer', resultCode: 4, text: 'sizeLimitExceeded' }],
    ['a refusal', { kind: 'answer', resultCode: 50, text: 'insufficientAccessRights' }],
  ] as const)(
    'is answered with a failure and not with absent objects where AD gives %s',
    async (_what, fault) => {
      world.proxy?.faults.order({ operation: 'search', fault, times: 1 });
      const { failure, differing } = await compare(groups.slice(20, 30));
      expect([failure === undefined, differing]).toEqual([false, []]);
      world.proxy?.faults.clear();
    },
  );
});

describe('the list of all markers', () => {
  test('names each object once, wherever it stands, and asks for a page at a time', async () => {
    const answer = await world.answerTo({ ...head(), ask: 'marked' });
    if (answer.ask !== 'marked') throw new Error('It answered something else.');
    const there = groups.filter((_, index) => index !== 5).map(({ id }) => id);
    expect(answer.ids.toSorted()).toEqual(there.toSorted());
    expect(answer.doubled).toEqual([nth(10).id]);
    expect(answer.last).toBe(true);
    expect(world.proxy?.requests).toEqual({ search: 1 });
  });

  test('that cannot be read to its end is a failure', async () => {
    const fault = { kind: 'answer', resultCode: 4, text: 'sizeLimitExceeded' } as const;
    world.proxy?.faults.order({ operation: 'search', fault, times: 1 });
    const answer = await world.answerTo({ ...head(), ask: 'marked' });
    expect([answer.failure === undefined, answer.ask === 'marked' && answer.ids]).toEqual([false, []]);
    world.proxy?.faults.clear();
  });
});
