import { describe, expect, it } from 'vitest';
import {
  adDevice,
  applied,
  asSync,
  change,
  type Device,
  decidedBecause,
  drain,
  groupOf,
  keyOf,
  keyText,
  membersOf,
  sweep,
  until,
  world,
  written,
} from './registered.ts';

/** How devices leave AD, and come back. */

const softDelete = async ({ id }: Device): Promise<void> => {
  await world.graph('DELETE', `/v1.0/devices/${id}`);
  await drain();
};
const purge = async ({ id }: Device): Promise<void> => {
  await world.graph('DELETE', `/v1.0/directory/deletedItems/${id}`);
  await drain();
};
const restore = async ({ id }: Device): Promise<void> => {
  await world.graph('POST', `/v1.0/directory/deletedItems/${id}/restore`, {});
  await drain();
};
const enabled = async (device: Device): Promise<string | undefined> =>
  (await adDevice(device))?.values['msDS-IsEnabled']?.[0];
const done = ({ id }: Device, since: number, operation: string) =>
  world.settled(id, since, (event) => String(event.operations).includes(operation));

describe('a device whose rule', () => {
  it('deletes it with its soft deletion is gone then, and written anew when it is restored', async () => {
    const device = await written({ displayName: 'ENDED 1' });
    let since = world.mark();
    await softDelete(device);
    await done(device, since, 'delete');
    expect(await adDevice(device)).toBeUndefined();
    since = world.mark();
    await restore(device);
    await done(device, since, 'create');
    expect(await enabled(device)).toBe('TRUE');
  });

  it('disables it where no rule writes it any more is enabled again when one does, as the same object', async () => {
    const device = await written({ displayName: 'ENDED 2' });
    let since = world.mark();
    await change(device.id, { displayName: 'Nobody writes this' });
    expect((await world.settled(device.id, since, applied)).reason).toBe('OUT_OF_SCOPE');
    expect(await enabled(device)).toBe('FALSE');
    since = world.mark();
    await change(device.id, { displayName: 'ENDED 2' });
    await world.settled(device.id, since, applied);
    expect(await enabled(device)).toBe('TRUE');
    expect((await adDevice(device))?.bytes.objectGUID).toEqual(device.ad.bytes.objectGUID);
  });

  it('keeps it stays as it is, whatever becomes of it in the cloud', async () => {
    const device = await written({ displayName: 'KEPT 1' });
    for (const [ending, reason] of [
      [softDelete, 'SOFT_DELETED'],
      [purge, 'HARD_DELETED'],
    ] as const) {
      const since = world.mark();
      await ending(device);
      await decidedBecause(reason, device.id, since);
    }
    const now = await adDevice(device);
    expect(now?.values).toEqual(device.ad.values);
  });
});

it('a device that is disabled and then deleted is disabled in AD until it is gone', async () => {
  const device = await written();
  await change(device.id, { accountEnabled: false });
  await until(device, (ad) => ad.values['msDS-IsEnabled']?.[0] === 'FALSE');
  let since = world.mark();
  await softDelete(device);
  await world.settled(device.id, since);
  expect(await enabled(device)).toBe('FALSE');
  since = world.mark();
  await restore(device);
  await world.settled(device.id, since);
  expect(await enabled(device)).toBe('FALSE');
  since = world.mark();
  await softDelete(device);
  await purge(device);
  await done(device, since, 'delete');
});

it('a device that has lost its key stays as it is, and is disabled all the same', async () => {
  const device = await written();
  let since = world.mark();
  await change(device.id, {
    alternativeSecurityIds: [{ type: 1, key: 'AAAA' }],
    operatingSystemVersion: '11',
  });
  await decidedBecause('DEVICE_KEY_MISSING', device.id, since);
  expect((await adDevice(device))?.values).toEqual(device.ad.values);
  since = world.mark();
  await change(device.id, { accountEnabled: false });
  await world.settled(device.id, since, applied);
  expect(await enabled(device)).toBe('FALSE');
  await change(device.id, { accountEnabled: true, alternativeSecurityIds: [keyOf(keyText())] });
  await until(device, (ad) => ad.values['msDS-IsEnabled']?.[0] === 'TRUE');
});

it('a deleted device leaves its groups with its object', async () => {
  const device = await written();
  let since = world.mark();
  const group = await groupOf(device.id);
  await world.settled(group, since, applied);
  expect(await membersOf(group)).toEqual([device.ad.dn]);
  since = world.mark();
  await softDelete(device);
  await purge(device);
  await done(device, since, 'delete');
  expect(await membersOf(group)).toEqual([]);
});

it('a device that has gone stale without any change in the cloud is found by a sweep', async () => {
  const signedIn = new Date(Date.now() - 91 * 86_400_000).toISOString();
  const device = await written({ operatingSystem: 'Kiosk' });
  const since = world.mark();
  await world.graph(
    'PATCH',
    `/v1.0/devices/${device.id}`,
    { approximateLastSignInDateTime: signedIn },
    asSync,
  );
  await sweep();
  expect((await world.settled(device.id, since, applied)).reason).toBe('DEVICE_STALE');
  expect(await enabled(device)).toBe('FALSE');
});

it('a device of which Graph does not say whether it is deleted stays until Graph does', async () => {
  const device = await written();
  const effect = { kind: 'status', status: 403, code: 'Authorization_RequestDenied' } as const;
  const { graph } = world.stack.parts;
  const faults = [{ method: 'GET', path: '/beta/directory/deletedItems', next: 1, effect } as const];
  graph?.behaviour.change({ faults });
  const since = world.mark();
  await softDelete(device);
  const { message } = await world.event(
    (event) => event.event === 'change.deferred' && event.id === device.id,
    since,
    'the wait for Graph',
  );
  expect(message).toContain('Grant the identity of this app the application permission Directory.Read.All');
  expect(await enabled(device)).toBe('TRUE');
  await world.settled(device.id, since, applied);
  expect(await enabled(device)).toBe('FALSE');
});

it('a device that was written before it was joined to the domain leaves AD, which has it as a computer', async () => {
  const device = await written();
  const since = world.mark();
  await change(device.id, { trustType: 'ServerAd', onPremisesSyncEnabled: true });
  const { reason } = await done(device, since, 'delete');
  expect(reason).toBe('HYBRID_JOINED');
  expect(await adDevice(device)).toBeUndefined();
});
