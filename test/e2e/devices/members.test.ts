import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../local/samba/ldif.ts';
import {
  adDevice,
  applied,
  change,
  type Device,
  decidedBecause,
  drain,
  groupOf,
  keyOf,
  keyText,
  membersOf,
  register,
  textOfGuid,
  textOfSid,
  world,
  written,
} from './registered.ts';

describe('membership', () => {
  it('has a device that was there before the group', async () => {
    const device = await written();
    const since = world.mark();
    const group = await groupOf(device.id);
    await world.settled(group, since, applied);
    expect(await membersOf(group)).toEqual([device.ad.dn]);
  });

  it('gets a device that comes after the group; until then it is left out with a reason', async () => {
    const device = await register({ deviceOwnership: 'Personal' });
    let since = world.mark();
    const group = await groupOf(device.id);
    await world.settled(group, since, applied);
    expect(await membersOf(group)).toEqual([]);
    const story = await (await world.api(`/objects/${group}`)).json();
    expect(JSON.stringify(story)).toContain('DEVICE_NOT_WRITTEN');
    since = world.mark();
    await change(device.id, { deviceOwnership: 'Company' });
    await world.settled(group, since, (event) => event.membersAdded === 1);
    expect(await membersOf(group)).toEqual([(await adDevice(device))?.dn]);
  });

  it('has the computer of a hybrid-joined device, by its SID or by its objectGUID, and never a copy', async () => {
    const computers = await world.search('(objectClass=computer)', [
      'objectSid',
      'objectGUID',
      'sAMAccountName',
    ]);
    const [one, other] = computers.filter(({ values }) => /^PC\d+\$$/.test(values.sAMAccountName?.[0] ?? ''));
    const hybrid = async (computer: Entry | undefined, withSid: boolean): Promise<Device> =>
      register({
        trustType: 'ServerAd',
        onPremisesSyncEnabled: true,
        deviceId: textOfGuid(computer?.bytes.objectGUID?.[0]),
        ...(withSid && { onPremisesSecurityIdentifier: textOfSid(computer?.bytes.objectSid?.[0]) }),
        alternativeSecurityIds: [keyOf(keyText())],
      });
    let since = world.mark();
    const [bySid, byGuid] = [await hybrid(one, true), await hybrid(other, false)];
    await drain();
    for (const { id } of [bySid, byGuid]) {
      await decidedBecause('HYBRID_JOINED', id, since);
    }
    since = world.mark();
    const group = await groupOf(bySid.id, byGuid.id);
    await world.settled(group, since, applied);
    expect([...(await membersOf(group))].sort()).toEqual([one?.dn, other?.dn].sort());
    expect(await adDevice(bySid)).toBeUndefined();
    expect(await adDevice(byGuid)).toBeUndefined();
  });
});
