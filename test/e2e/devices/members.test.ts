import { Attribute, Change, Control } from 'ldapts';
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
  sweep,
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

  it('loses a device that is deleted in the cloud, and has it again when it is restored', async () => {
    const device = await written();
    let since = world.mark();
    const group = await groupOf(device.id);
    await world.settled(group, since, applied);
    since = world.mark();
    await world.graph('DELETE', `/v1.0/devices/${device.id}`);
    await world.startTimer('feeds');
    await world.settled(group, since, (event) => event.membersRemoved === 1);
    expect(await membersOf(group)).toEqual([]);
    since = world.mark();
    await world.graph('POST', `/v1.0/directory/deletedItems/${device.id}/restore`, {});
    await world.startTimer('feeds');
    await world.settled(group, since, (event) => event.membersAdded === 1);
    expect(await membersOf(group)).toEqual([device.ad.dn]);
  });

  it('has the computer of a hybrid-joined device, by its SID or by its objectGUID, and never a copy', async () => {
    const computers = await world.search('(objectClass=computer)', [
      'objectSid',
      'objectGUID',
      'sAMAccountName',
    ]);
    // The tests below have others of them.
    const [one, other] = ['PC00001$', 'PC00002$'].map((name) =>
      computers.find(({ values }) => values.sAMAccountName?.[0] === name),
    );
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

  it('gets the computer of a hybrid-joined device that AD has only later, with the next sweep', async () => {
    const [computer] = await world.search('(sAMAccountName=PC00003$)', ['objectSid', 'objectGUID']);
    if (!computer) throw new Error('no such computer');
    const hybrid = (given: Readonly<Record<string, unknown>>) =>
      register({ trustType: 'ServerAd', onPremisesSyncEnabled: true, ...given });
    const bySid = await hybrid({ onPremisesSecurityIdentifier: textOfSid(computer.bytes.objectSid?.[0]) });
    const byGuid = await hybrid({ deviceId: textOfGuid(computer.bytes.objectGUID?.[0]) });
    await world.byHand((client) => client.del(computer.dn));
    let since = world.mark();
    const groups = [await groupOf(bySid.id), await groupOf(byGuid.id)];
    for (const group of groups) {
      expect(await world.settled(group, since, applied)).toMatchObject({ leftOut: 1 });
      expect(await membersOf(group)).toEqual([]);
    }
    await reanimate(computer);
    since = world.mark();
    await sweep('group');
    for (const group of groups) {
      await world.settled(group, since, (event) => event.membersAdded === 1);
      expect(await membersOf(group)).toEqual([computer.dn]);
    }
  });

  it('has the computer in place of a device that was joined to the domain, after the next sweep', async () => {
    const computers = await world.search('(objectClass=computer)', ['objectSid', 'sAMAccountName']);
    const computer = computers.find(({ values }) => values.sAMAccountName?.[0] === 'PC00004$');
    const device = await written();
    let since = world.mark();
    const group = await groupOf(device.id);
    await world.settled(group, since, applied);
    expect(await membersOf(group)).toEqual([device.ad.dn]);
    since = world.mark();
    const onPremisesSecurityIdentifier = textOfSid(computer?.bytes.objectSid?.[0]);
    await change(device.id, {
      trustType: 'ServerAd',
      onPremisesSyncEnabled: true,
      onPremisesSecurityIdentifier,
    });
    await world.settled(device.id, since, (event) => String(event.operations).includes('delete'));
    since = world.mark();
    await sweep('group');
    await world.settled(group, since, (event) => event.membersAdded === 1);
    expect(await membersOf(group)).toEqual([computer?.dn]);
  });
});

/** Brings a deleted object back as an administrator does, with its SID and objectGUID. */
async function reanimate({ dn, bytes }: Entry): Promise<void> {
  const guid = textOfGuid(bytes.objectGUID?.[0]);
  const deleted = `${dn.slice(0, dn.indexOf(','))}\\0ADEL:${guid},CN=Deleted Objects,${world.baseDn}`;
  const change = (operation: 'delete' | 'replace', type: string, values: string[]): Change =>
    new Change({ operation, modification: new Attribute({ type, values }) });
  await world.byHand((client) =>
    client.modify(
      deleted,
      [change('delete', 'isDeleted', []), change('replace', 'distinguishedName', [dn])],
      new Control('1.2.840.113556.1.4.417', { critical: true }),
    ),
  );
}
