import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemPython, withSystemPath } from '../../../local/samba/system-path.ts';
import { Dn } from '../../../shared/domain/index.ts';
import { policyOf } from '../../shared/policy/world.ts';
import { addEntry, denyEverything } from '../prepare/permissions-by-hand.ts';
import { type CheckWorld, startCheckWorld, troubles } from './world.ts';

const run = promisify(execFile);
let world: CheckWorld;
beforeAll(async () => {
  world = await startCheckWorld();
});
afterAll(() => world.forest.stop());

const devicesOnly = { settings: { classes: ['device'], containers: ['CN=RegisteredDevices'] } };
const container = () => `CN=RegisteredDevices,${world.base}`;
const configuration = () => `CN=Device Registration Configuration,CN=Services,CN=Configuration,${world.base}`;
const services = () => `CN=Device Registration Services,${configuration()}`;
const service = () => `CN=DeviceRegistrationService,${services()}`;
const serviceAt = (location: string, enabled = 'TRUE') => ({
  objectClass: 'msDS-DeviceRegistrationService',
  'msDS-DeviceLocation': location,
  'msDS-IsEnabled': enabled,
});
const prepareAgain = /entra-writeback prepare devices --account svc-writeback --apply/;

/** What is wrong with devices. */
const found = async (change = devicesOnly) => troubles(await world.check(change));

describe('devices, before the forest is prepared', () => {
  test('the missing container of the configuration is named, with the command that makes it', async () => {
    expect(await found()).toMatchObject([
      {
        id: 'device-service',
        status: 'error',
        detail: expect.stringContaining(`${configuration()} is not there`),
        remedy: expect.stringMatching(prepareAgain),
      },
    ]);
  });

  test('a container of another class in its place is named with both classes', async () => {
    await world.plant(async (client) => {
      await client.add(configuration(), { objectClass: 'container' });
      await client.add(services(), { objectClass: 'container' });
    });
    expect(await found()).toMatchObject([
      {
        id: 'device-service',
        detail: `${services()} is of class container and not msDS-DeviceRegistrationServiceContainer.`,
        remedy: expect.stringMatching(/^Remove-ADObject.* -Recursive\nentra-writeback prepare devices/),
      },
    ]);
    await world.plant(async (client) => {
      await client.del(services());
      await client.del(configuration());
    });
  });
});

/** What a fault has spoilt is made anew. */
async function anew(): Promise<void> {
  await world.plant(async (client) => {
    await client.del(service());
    await client.del(container()).catch(() => undefined);
  });
  await world.forest.prepare({ kind: 'device' });
}

describe('devices, in a prepared forest', () => {
  beforeAll(async () => {
    await world.forest.prepare({ kind: 'device' });
  });
  beforeEach(async () => {
    expect(await found()).toEqual([]);
  });

  test('a second service is named', async () => {
    const second = `CN=Second,${services()}`;
    await world.plant((client) => client.add(second, serviceAt(container())));
    expect(await found()).toMatchObject([
      {
        id: 'device-service',
        status: 'error',
        detail: expect.stringMatching(/There are 2 device.*CN=Second/),
        remedy: expect.stringContaining('Remove-ADObject'),
      },
    ]);
    await world.plant((client) => client.del(second));
  });

  test.each([
    [
      'in another place',
      'error',
      async () => `CN=DeviceRegistrationService,CN=Elsewhere,${configuration()}`,
      /stands at .*CN=Elsewhere/,
      /^Move-ADObject/,
    ],
    [
      'with another name',
      'warning',
      async () => `CN=5f9f3b4d,${services()}`,
      /is named 5f9f3b4d/,
      /^Rename-ADObject/,
    ],
  ])('the service %s is found', async (_, status, place, detail, remedy) => {
    const dn = await place();
    const elsewhere = `CN=Elsewhere,${configuration()}`;
    await world.plant(async (client) => {
      await client.del(service());
      await client.add(elsewhere, { objectClass: 'msDS-DeviceRegistrationServiceContainer' });
      await client.add(dn, serviceAt(container()));
    });
    expect(await found()).toMatchObject([
      {
        id: 'device-service',
        status,
        detail: expect.stringMatching(detail),
        remedy: expect.stringMatching(remedy),
      },
    ]);
    await world.plant(async (client) => {
      await client.del(dn);
      await client.del(elsewhere);
      await client.add(service(), serviceAt(container()));
    });
  });

  test('a service that is turned off is found', async () => {
    await world.plant(async (client) => {
      await client.del(service());
      await client.add(service(), serviceAt(container(), 'FALSE'));
    });
    expect(await found()).toMatchObject([
      { id: 'device-service', status: 'warning', remedy: expect.stringContaining('"msDS-IsEnabled"=$true') },
    ]);
    await anew();
  });

  test('a container that was deleted is found; to prepare again says the same and changes nothing', async () => {
    await world.plant((client) => client.del(container()));
    expect(await found()).toMatchObject([
      {
        id: 'device-container',
        status: 'error',
        detail: expect.stringMatching(/names was deleted: CN=RegisteredDevices.*CN=Deleted Objects/),
        remedy: expect.stringMatching(
          /^Restore-ADObject [0-9a-f-]{36}\nWhere that fails:\nRemove-ADObject "CN=DeviceRegistrationService.*\n.*prepare devices/,
        ),
      },
    ]);
    await expect(world.forest.plan({ kind: 'device' })).rejects.toMatchObject({
      code: 'DEVICE_SERVICE_INCOMPLETE',
    });
    await anew();
  });

  test('a location that is of another class is found', async () => {
    const users = `CN=Users,${world.base}`;
    await world.plant(async (client) => {
      await client.del(service());
      await client.add(service(), serviceAt(users));
    });
    expect(await found()).toMatchObject([
      {
        id: 'device-container',
        status: 'error',
        detail: `${users}, which msDS-DeviceLocation names, is of class container and not msDS-DeviceContainer; AD takes no device there.`,
        remedy: expect.stringMatching(/^Remove-ADObject.*CN=DeviceRegistrationService/),
      },
    ]);
    await anew();
  });

  test('a location that is of another class, and stands where the container must be, is told to go first', async () => {
    await world.plant(async (client) => {
      await client.del(service());
      await client.del(container());
      await client.add(container(), { objectClass: 'container' });
      await client.add(service(), serviceAt(container()));
    });
    expect(await found()).toMatchObject([
      {
        id: 'device-container',
        detail: expect.stringContaining('is of class container and not msDS-DeviceContainer'),
        remedy: expect.stringMatching(
          /^Remove-ADObject "CN=RegisteredDevices,DC=.*\nRemove-ADObject "CN=DeviceReg.*\n.*prepare devices/,
        ),
      },
    ]);
    await anew();
  });

  test('a container that the account may not see is found', async () => {
    const undo = await addEntry(
      world.forest.session,
      Dn.parse(container()),
      denyEverything(world.forest.relay.account.sid),
    );
    expect(await found()).toMatchObject([
      {
        id: 'device-container',
        status: 'error',
        detail: expect.stringContaining('may not see it'),
        remedy: expect.stringMatching(prepareAgain),
      },
    ]);
    await undo();
  });

  test('a container of the policy into which AD FS does not look is told, and checked like the other', async () => {
    const policy = policyOf('devices: [{ rule: All }, { rule: Kiosks, container: CN=Kiosks }]');
    const kiosks = `CN=Kiosks,${world.base}`;
    const settings = { classes: ['device'], containers: ['CN=RegisteredDevices'] };
    const all = troubles(await world.check({ settings, policy }));
    expect(all.filter(({ id }) => id === 'device-container')).toMatchObject([
      {
        status: 'warning',
        detail: `The policy puts devices into ${kiosks}; AD FS looks into ${container()} alone.`,
      },
      { status: 'error', remedy: 'Add it to containers in relay.yaml.' },
      { status: 'error', detail: `${kiosks} is not there, or the account may not see it.` },
    ]);
  });

  test('a container that relay.yaml does not allow is found', async () => {
    const settings = { classes: ['device'], containers: ['OU=EntraWriteback'] };
    expect(await found({ settings })).toMatchObject([
      { id: 'device-container', status: 'error', remedy: 'Add it to containers in relay.yaml.' },
    ]);
  });

  test('a forest that was prepared for another account is found, and the account named', async () => {
    await world.plant(async (client) => {
      await client.del(service());
      await client.del(container());
    });
    await world.forest.prepare({ kind: 'device', account: world.forest.other });
    expect(await found()).toMatchObject([
      {
        id: 'rights',
        status: 'error',
        detail: expect.stringMatching(
          /may not create devices, delete devices, write .*msDS-DeviceID.*svc-other \(S-1-5-21-.*another account\?$/,
        ),
        remedy: expect.stringMatching(prepareAgain),
      },
    ]);
    await world.forest.prepare({ kind: 'device' });
  });

  test('an account that may not read the service is found', async () => {
    const dn = Dn.parse(service());
    const undo = await addEntry(world.forest.session, dn, denyEverything(world.forest.relay.account.sid));
    expect(await found()).toMatchObject([
      { id: 'device-service', status: 'error', detail: expect.stringContaining('may not read it') },
    ]);
    await undo();
  });

  test('a service without msDS-DeviceLocation is found', async () => {
    const { dc } = world.forest;
    // AD refuses to remove a mandatory attribute, so it is taken out of the database while nobody serves it.
    await dc.kill();
    const file = `${dc.folder}/private/sam.ldb.d/CN=CONFIGURATION,${dc.baseDn.toUpperCase()}.ldb`;
    const script = [
      'import ldb, sys',
      'db = ldb.Ldb(sys.argv[1])',
      'message = ldb.Message(ldb.Dn(db, sys.argv[2]))',
      'message["l"] = ldb.MessageElement([], ldb.FLAG_MOD_DELETE, "msDS-DeviceLocation")',
      'db.modify(message)',
    ].join('\n');
    await run(systemPython, ['-c', script, `tdb://${file}`, service()], { env: withSystemPath(process.env) });
    await dc.restart();
    expect(await found()).toMatchObject([
      {
        id: 'device-location',
        status: 'error',
        detail: `${service()} has no msDS-DeviceLocation, which can be set only when the object is created.`,
        remedy: expect.stringMatching(
          /^Remove-ADObject "CN=DeviceRegistrationService.*\nentra-writeback prepare/,
        ),
      },
    ]);
  });
});
