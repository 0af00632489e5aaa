import { Attribute, Change, Control } from 'ldapts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDirectory } from '../../../relay/directory/index.ts';
import { read, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ recycleBin: true });
});
afterAll(() => world.stop());

const showDeleted = () => new Control('1.2.840.113556.1.4.417', { critical: true });

it('the forest says that the Recycle Bin is enabled', async () => {
  const directory = await openDirectory({
    urls: [world.proxy.url],
    caFile: world.proxy.caFile,
    bindDn: world.dc.bindDn,
    password: () => world.dc.password,
  });
  expect(await directory.facts()).toMatchObject({ recycleBin: true });
  await directory.close();
});

it('a deleted group keeps what it had, and has it again when it comes back', async () => {
  const people = world.seeded.people.slice(0, 3).map(({ dn }) => dn);
  const group = await world.group('comes back', 'universal', people);
  const parent = await world.group('parent', 'universal', [group]);
  await world.modify(group, 'replace', 'description', ['as it was']);
  await world.client.del(group);
  expect(await read(world.client, parent, ['member'])).toMatchObject({ member: [] });

  const { searchEntries } = await world.client.search(
    `<WKGUID=18E2EA80684F11D2B9AA00C04F79F805,${world.dc.baseDn}>`,
    {
      scope: 'one',
      filter: '(isDeleted=TRUE)',
      attributes: ['description', 'isRecycled', 'lastKnownParent'],
    },
    [showDeleted()],
  );
  expect(searchEntries).toMatchObject([{ description: 'as it was', isRecycled: [] }]);

  await world.client.modify(
    searchEntries[0]?.dn ?? '',
    [
      new Change({ operation: 'delete', modification: new Attribute({ type: 'isDeleted', values: [] }) }),
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'distinguishedName', values: [group] }),
      }),
    ],
    [showDeleted()],
  );
  const back = await read(world.client, group, ['member', 'description']);
  expect(back).toMatchObject({ description: 'as it was' });
  expect([back.member].flat().map(String).sort()).toEqual(people.toSorted());
  expect(await read(world.client, parent, ['member'])).toMatchObject({ member: group });
});
