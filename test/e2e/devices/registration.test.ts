import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { letWrite } from '../../../local/samba/let-write.ts';
import {
  adDevice,
  applied,
  change,
  type Device,
  drain,
  groupOf,
  membersOf,
  otherContainer,
  register,
  sweep,
  world,
  written,
} from './registered.ts';

/** Where devices go is the forest's word: its one device registration service names the container. */

const other = (): string => `${otherContainer},${world.baseDn}`;
const usual = (): string => `CN=RegisteredDevices,${world.baseDn}`;
const services = (): string =>
  `CN=Device Registration Services,CN=Device Registration Configuration,CN=Services,CN=Configuration,${world.baseDn}`;
const service = (name = 'DeviceRegistrationService'): string => `CN=${name},${services()}`;

const addService = (location: string, name?: string): Promise<void> =>
  world.byHand((client) =>
    client.add(service(name), {
      objectClass: 'msDS-DeviceRegistrationService',
      'msDS-DeviceLocation': location,
      'msDS-IsEnabled': 'TRUE',
    }),
  );
const addContainer = (dn: string, objectClass = 'msDS-DeviceContainer'): Promise<void> =>
  world.byHand((client) => client.add(dn, { objectClass }));
const remove = (dn: string): Promise<void> => world.byHand((client) => client.del(dn));

/** The one violation for all devices opens or ends. */
const complaint = (event: 'opened' | 'resolved', since: number) =>
  world.event(
    (one) => one.event === `violation.${event}` && one.code === 'DEVICE_REGISTRATION_WRONG',
    since,
    `DEVICE_REGISTRATION_WRONG ${event}`,
  );
const settledAs = (result: string, { id }: Device, since: number) =>
  world.settled(id, since, (event) => event.result === result);
/** Where AD has the device, wherever that is. */
async function dnOf({ id }: Device): Promise<string | undefined> {
  const [found] = await world.search(`(adminDescription=Device_${id})`);
  return found?.dn;
}
async function registered(): Promise<Device> {
  const device = await register();
  await drain();
  return device;
}

describe('a device registration service that names another container', () => {
  beforeEach(async () => {
    await addContainer(other());
    await remove(service());
    await addService(other());
    const { controller } = world.stack.parts;
    if (!controller) throw new Error('no domain controller of our own');
    const account = `svc-writeback@${controller.domain}`;
    await letWrite(controller, { account, kind: 'device', container: other(), restoreDeleted: false });
  });
  afterEach(async () => {
    await remove(service());
    await addService(usual());
  });

  it('has the devices there, also those that stand in the first one, with their objectGUID and their groups', async () => {
    await remove(service());
    await addService(usual());
    const [changed, swept] = [await written(), await written()];
    let since = world.mark();
    const group = await groupOf(changed.id, swept.id);
    await world.settled(group, since, applied);
    await remove(service());
    await addService(other());

    since = world.mark();
    const created = await registered();
    await settledAs('applied', created, since);
    expect(await dnOf(created)).toBe(`CN=${created.deviceId},${other()}`);

    since = world.mark();
    await change(changed.id, { operatingSystemVersion: '11' });
    await settledAs('applied', changed, since);
    since = world.mark();
    await sweep();
    await settledAs('applied', swept, since);
    for (const device of [changed, swept]) {
      const [ad] = await world.search(`(adminDescription=Device_${device.id})`);
      expect(ad?.dn).toBe(`CN=${device.deviceId},${other()}`);
      expect(ad?.bytes.objectGUID).toEqual(device.ad.bytes.objectGUID);
    }
    expect((await membersOf(group)).toSorted()).toEqual(
      [changed, swept].map(({ deviceId }) => `CN=${deviceId},${other()}`).toSorted(),
    );
    expect(world.events.filter(({ code }) => code === 'DEVICE_REGISTRATION_WRONG')).toEqual([]);

    await remove(service());
    since = world.mark();
    await change(changed.id, { operatingSystemVersion: '12' });
    await settledAs('applied', changed, since);
    expect(await dnOf(changed)).toBe(`CN=${changed.deviceId},${other()}`);
    await addService(other());
    await change(changed.id, { operatingSystemVersion: '13' });
    await complaint('resolved', since);
  });
});

describe('a forest that does not say where devices go', () => {
  it('without a service has them in CN=RegisteredDevices, and says that AD FS uses none', async () => {
    await remove(service());
    let since = world.mark();
    const first = await registered();
    await settledAs('applied', first, since);
    const { message } = await complaint('opened', since);
    expect(message).toContain('no device registration service');
    expect(message).toContain(`Devices go into ${usual()}`);
    expect(await adDevice(first)).toBeDefined();

    await addService(usual());
    since = world.mark();
    await registered();
    await complaint('resolved', since);
  });

  it('with two services that contradict each other keeps up what is there and creates nothing until one is left', async () => {
    const before = await written();
    await addService(`CN=Users,${world.baseDn}`, 'Second');
    let since = world.mark();
    const waiting = await registered();
    const refused = await settledAs('refused', waiting, since);
    expect(refused).toMatchObject({ code: 'DEVICE_REGISTRATION_WRONG' });
    expect(refused.message).toContain(
      `2 device registration services, and may have one: ${service()} and ${service('Second')}`,
    );
    await complaint('opened', since);
    expect(await dnOf(waiting)).toBeUndefined();

    since = world.mark();
    await change(before.id, { accountEnabled: false });
    await settledAs('applied', before, since);
    expect((await adDevice(before))?.values['msDS-IsEnabled']).toEqual(['FALSE']);
    expect((await adDevice(before))?.bytes.objectGUID).toEqual(before.ad.bytes.objectGUID);

    since = world.mark();
    await remove(service('Second'));
    await settledAs('applied', waiting, since);
    expect(await adDevice(waiting)).toBeDefined();
    await complaint('resolved', since);
  });

  it('with two services for one container has them there, and complains', async () => {
    await addService(usual(), 'Second');
    const since = world.mark();
    const device = await registered();
    await settledAs('applied', device, since);
    expect((await complaint('opened', since)).message).toContain('2 device registration services');
    await remove(service('Second'));
    await registered();
    await complaint('resolved', since);
  });

  it.each([
    ['deleted', async () => remove(usual()), /which msDS-DeviceLocation names, was deleted/],
    [
      'of another class',
      async () => {
        await remove(service());
        await addService(`CN=Users,${world.baseDn}`);
      },
      /CN=Users,.*is of class container and not msDS-DeviceContainer/,
    ],
  ])(
    'because the container is %s refuses the device, and writes it when that is mended',
    async (_, spoil, words) => {
      for (const { dn } of await world.search('(objectClass=msDS-Device)')) await remove(dn);
      await spoil();
      let since = world.mark();
      const device = await registered();
      expect((await settledAs('refused', device, since)).message).toMatch(words);
      await remove(service());
      if (!(await world.find(usual()))) await addContainer(usual());
      await addService(usual());
      const { controller } = world.stack.parts;
      if (!controller) throw new Error('no domain controller of our own');
      const account = `svc-writeback@${controller.domain}`;
      await letWrite(controller, { account, kind: 'device', container: usual(), restoreDeleted: false });
      since = world.mark();
      await world.settled(device.id, since, applied);
      expect(await adDevice(device)).toBeDefined();
    },
  );
});
