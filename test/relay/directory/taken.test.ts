import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { createPool } from '../../../relay/directory/connection/pool.ts';
import { type Directory, openDirectory } from '../../../relay/directory/index.ts';
import { findTaken } from '../../../relay/directory/read/find-taken.ts';
import { readForest } from '../../../relay/directory/schema/read-forest.ts';
import { completeSettings } from '../../../relay/directory/settings.ts';
import { Dn } from '../../../shared/domain/index.ts';
import { at, startWorld, type World } from './world.ts';

/** Who has a name or an address: in the domain, and in the global catalog of a real domain controller. */

let world: World;
let catalog: Directory;
beforeAll(async () => {
  world = await startWorld('Samba');
  const globalCatalogs = [`ldaps://${world.dc.address}:3269`];
  catalog = await openDirectory({ ...world.settings, globalCatalogs });
  await withConnection(world.dc, (client) =>
    client.add(`CN=Sales List,${world.seeded.groupsOu}`, {
      objectClass: 'group',
      sAMAccountName: 'Sales List',
      proxyAddresses: ['SMTP:sales@lab.test', 'smtp:verkauf@lab.test'],
    }),
  );
});
afterAll(async () => {
  await catalog?.close();
  await world.stop();
});

const nothing = { userPrincipalNames: [], samAccountNames: [], addresses: [] };
const ways = () => [world.directory, catalog];

describe('what only one object of a forest may have', () => {
  test('is found by user principal name, sAMAccountName and mail, whatever the case', async () => {
    const person = at(world.seeded.people, 0);
    for (const directory of ways()) {
      for (const values of [
        { ...nothing, userPrincipalNames: [person.upn.toUpperCase()] },
        { ...nothing, samAccountNames: [person.samAccountName.toUpperCase()] },
        { ...nothing, addresses: [`smtp:${person.upn}`] },
      ]) {
        const found = await directory.findTaken(values);
        expect(found.map(({ dn, guid }) => ({ dn, guid }))).toEqual([{ dn: person.dn, guid: person.guid }]);
      }
    }
  });

  test('is found in proxyAddresses of whatever holds it, primary or not', async () => {
    for (const directory of ways()) {
      const found = await directory.findTaken({
        ...nothing,
        addresses: ['smtp:SALES@lab.test', 'smtp:verkauf@lab.test', 'smtp:nobody@lab.test'],
      });
      expect(found.map(({ dn }) => dn)).toEqual([`CN=Sales List,${world.seeded.groupsOu}`]);
      expect(found[0]?.attributes.proxyAddresses).toHaveLength(2);
    }
  });

  test('is free where nobody has it, for more addresses than one filter names', async () => {
    const addresses = Array.from({ length: 120 }, (_, index) => `smtp:nobody${index}@lab.test`);
    for (const directory of ways()) {
      expect(
        await directory.findTaken({ ...nothing, userPrincipalNames: ['nobody@lab.test'], addresses }),
      ).toEqual([]);
    }
  });

  test('is found beyond the domain, by the global catalog', async () => {
    const person = at(world.seeded.people, 0);
    const settings = completeSettings({ ...world.settings });
    const pool = createPool(settings);
    const catalogPool = createPool({ ...settings, urls: [`ldaps://${world.dc.address}:3269`] });
    const forest = await pool.read((connection) => readForest(connection, 1000));
    // A domain without this person: what lies outside is as another domain of the forest.
    const facts = { ...forest.facts, baseDn: Dn.parse(world.seeded.computersOu) };
    const values = { ...nothing, userPrincipalNames: [person.upn] };
    expect(await findTaken(values, { ...forest, facts }, pool, undefined)).toEqual([]);
    const [found] = await findTaken(values, { ...forest, facts }, pool, catalogPool);
    expect(found?.guid).toBe(person.guid);
    expect(forest.domains).toBe(1);
    await Promise.all([pool.close(), catalogPool.close()]);
  });

  test('is not called free when the global catalog does not answer', async () => {
    const away = await openDirectory({ ...world.settings, globalCatalogs: ['ldaps://127.0.0.1:9'] });
    const values = { ...nothing, userPrincipalNames: ['nobody@lab.test'] };
    await expect(away.findTaken(values)).rejects.toMatchObject({
      code: 'GLOBAL_CATALOG',
      kind: 'busy',
      retry: 'later',
      message: expect.stringContaining('globalCatalogs'),
    });
    await away.close();
  });
});
