import { describe, expect, it } from 'vitest';
import {
  adDevice,
  applied,
  asSync,
  change,
  decidedBecause,
  drain,
  guidOctets,
  keyOf,
  keyText,
  link,
  register,
  replace,
  sweep,
  syncedUsers,
  until,
  violation,
  world,
  written,
} from './registered.ts';

describe('a device', () => {
  it.each(['AzureAd', 'Workplace'])('of trust type %s appears with exactly its values', async (trustType) => {
    const text = keyText();
    const [owner, user] = await syncedUsers(2);
    if (!owner || !user) throw new Error('the sample tenant has no synchronised users');
    const since = world.mark();
    const device = await register({
      trustType,
      displayName: `E2E Müller 山田 ${trustType}`,
      alternativeSecurityIds: [{ type: 1, key: 'AAAA' }, keyOf(text)],
      physicalIds: ['[USER-HWID]:1', '[GID]:g:42'],
      deviceVersion: 2,
      isManaged: true,
      isCompliant: false,
    });
    await link(device.id, 'registeredOwners', owner.id);
    await link(device.id, 'registeredUsers', owner.id);
    await link(device.id, 'registeredUsers', user.id);
    await drain();
    await world.settled(device.id, since, applied);
    const ad = await adDevice(device);
    const { values = {}, bytes = {} } = ad ?? {};
    expect(values.objectClass).toEqual(['top', 'msDS-Device']);
    expect(values).toMatchObject({
      cn: [device.deviceId],
      displayName: [`E2E Müller 山田 ${trustType}`],
      altSecurityIdentities: [text],
      'msDS-IsEnabled': ['TRUE'],
      'msDS-DeviceOSType': ['Windows'],
      'msDS-DeviceOSVersion': ['10.0.26100.1742'],
      'msDS-DeviceObjectVersion': ['2'],
      'msDS-IsManaged': ['TRUE'],
      'msDS-CloudIsManaged': ['TRUE'],
      'msDS-IsCompliant': ['FALSE'],
      'msDS-CloudAnchor': [`Device_${device.id}`],
      adminDescription: [`Device_${device.id}`],
    });
    expect(values['msDS-DevicePhysicalIDs']?.toSorted()).toEqual(['[GID]:g:42', '[USER-HWID]:1']);
    expect(bytes['msDS-DeviceID']).toEqual([guidOctets(device.deviceId)]);
    expect(bytes['msDS-RegisteredOwner']).toEqual([owner.sid]);
    const sorted = (list: readonly Buffer[] = []) => list.map((one) => one.toString('hex')).toSorted();
    expect(sorted(bytes['msDS-RegisteredUsers'])).toEqual(sorted([owner.sid, user.sid]));
  });

  it('arrives by its feed alone, within seconds', async () => {
    const since = world.mark();
    const device = await register();
    await world.settled(device.id, since, applied);
    expect(await adDevice(device)).toBeDefined();
  });

  it('without the key that AD demands is refused with a reason, and written when the key appears', async () => {
    let since = world.mark();
    const device = await register({ alternativeSecurityIds: [{ type: 1, key: 'AAAA' }] });
    await drain();
    await decidedBecause('DEVICE_KEY_MISSING', device.id, since);
    expect(await adDevice(device)).toBeUndefined();
    since = world.mark();
    await change(device.id, { alternativeSecurityIds: [keyOf(keyText())] });
    await world.settled(device.id, since, applied);
    expect(await adDevice(device)).toBeDefined();
    await world.event(
      (event) =>
        event.event === 'violation.resolved' && event.code === 'DEVICE_KEY_MISSING' && event.id === device.id,
      since,
    );
  });

  it('has every key that is one, whatever stands beside them', async () => {
    const [one, other] = [keyText(), keyText().replace(/[0-9A-F]{40}/, (hex) => hex.toLowerCase())];
    const cut = keyOf(keyText()).key.slice(0, -5);
    const notKeys = [
      { type: 2, key: '!!!' },
      { type: 2, key: 'AAA' },
      { type: 2, key: cut },
      { type: 1, key: keyOf(keyText()).key },
    ];
    let since = world.mark();
    const device = await register({ alternativeSecurityIds: notKeys });
    await drain();
    await decidedBecause('DEVICE_KEY_MISSING', device.id, since);
    since = world.mark();
    const none = { type: null, key: null, identityProvider: null };
    await change(device.id, { alternativeSecurityIds: [none, ...notKeys, keyOf(one), keyOf(other)] });
    await world.settled(device.id, since, applied);
    expect((await adDevice(device))?.values.altSecurityIdentities?.toSorted()).toEqual(
      [one, other].toSorted(),
    );
  });

  it('is disabled and enabled with its cloud object', async () => {
    const device = await written();
    await change(device.id, { accountEnabled: false });
    await until(device, (ad) => ad.values['msDS-IsEnabled']?.[0] === 'FALSE');
    await change(device.id, { accountEnabled: true });
    await until(device, (ad) => ad.values['msDS-IsEnabled']?.[0] === 'TRUE');
  });

  it('is disabled while it is soft-deleted, back when restored, and deleted at last', async () => {
    const device = await written();
    await world.graph('DELETE', `/v1.0/devices/${device.id}`);
    await drain();
    await until(device, (ad) => ad.values['msDS-IsEnabled']?.[0] === 'FALSE');
    await world.graph('POST', `/v1.0/directory/deletedItems/${device.id}/restore`, {});
    await drain();
    await until(device, (ad) => ad.values['msDS-IsEnabled']?.[0] === 'TRUE');
    expect((await adDevice(device))?.bytes.objectGUID).toEqual(device.ad.bytes.objectGUID);
    const since = world.mark();
    await world.graph('DELETE', `/v1.0/devices/${device.id}`);
    await world.graph('DELETE', `/v1.0/directory/deletedItems/${device.id}`);
    await drain();
    await world.settled(device.id, since, (event) => String(event.operations).includes('delete'));
    expect(await adDevice(device)).toBeUndefined();
  });

  it('that has not signed in for too long is disabled, and comes back with its next sign-in', async () => {
    const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
    const device = await written({ operatingSystem: 'Kiosk', approximateLastSignInDateTime: daysAgo(1) });
    let since = world.mark();
    // The sign-in alone shows in no feed: the next change or the next sweep finds it.
    await change(device.id, { approximateLastSignInDateTime: daysAgo(91), operatingSystemVersion: '2' });
    const removed = await world.settled(device.id, since, applied);
    expect(removed.reason).toBe('DEVICE_STALE');
    expect((await adDevice(device))?.values['msDS-IsEnabled']).toEqual(['FALSE']);
    since = world.mark();
    await change(device.id, { approximateLastSignInDateTime: daysAgo(0), operatingSystemVersion: '3' });
    await world.settled(device.id, since, applied);
    expect((await adDevice(device))?.values['msDS-IsEnabled']).toEqual(['TRUE']);
  });

  it('of a person stays out where the rules say so', async () => {
    const since = world.mark();
    const device = await register({ trustType: 'Workplace', deviceOwnership: 'Personal' });
    await drain();
    await decidedBecause('NO_RULE_MATCHED', device.id, since);
    expect(await adDevice(device)).toBeUndefined();
  });
});

describe('the owner of a device', () => {
  it('who changes is in no feed: the next sweep brings the SID of the new one, and of every user', async () => {
    const device = await written();
    expect(device.ad.values['msDS-RegisteredOwner']).toBeUndefined();
    const people = await syncedUsers(40);
    expect(people).toHaveLength(40);
    const [first, second] = people;
    await link(device.id, 'registeredOwners', first?.id ?? '');
    for (const { id } of people) await link(device.id, 'registeredUsers', id);
    let since = world.mark();
    await sweep();
    await world.settled(device.id, since, applied);
    await world.event(({ event }) => event === 'sweep.answered', since, 'the end of the sweep');
    const ad = await adDevice(device);
    expect(ad?.bytes['msDS-RegisteredOwner']).toEqual([first?.sid]);
    const hex = (list: readonly Buffer[] = []) => list.map((one) => one.toString('hex')).toSorted();
    expect(hex(ad?.bytes['msDS-RegisteredUsers'])).toEqual(hex(people.map(({ sid }) => sid)));

    await world.graph('DELETE', `/v1.0/devices/${device.id}/registeredOwners/${first?.id}/$ref`);
    await link(device.id, 'registeredOwners', second?.id ?? '');
    since = world.mark();
    await sweep();
    await world.settled(device.id, since, applied);
    expect((await adDevice(device))?.bytes['msDS-RegisteredOwner']).toEqual([second?.sid]);
  });

  it('who is a cloud-only user is known by the SID once the user is written', async () => {
    const user = await world.graph('POST', '/v1.0/users', {
      accountEnabled: true,
      displayName: 'Owner',
      mailNickname: 'owner',
      passwordProfile: { password: 'irrelevant-here-1' },
      userPrincipalName: 'owner@contoso.com',
    });
    const id = String(user.id);
    const device = await register();
    await link(device.id, 'registeredOwners', id);
    await drain();
    await until(device, (ad) => ad.values['msDS-RegisteredOwner'] === undefined);
    const since = world.mark();
    await world.graph('PATCH', `/v1.0/users/${id}`, { jobTitle: 'Owner' });
    await world.settled(id, since, applied);
    const [account] = await world.search(`(adminDescription=User_${id})`, ['objectSid']);
    const sid = account?.bytes.objectSid?.[0] ?? Buffer.alloc(1);
    await until(device, (ad) => ad.bytes['msDS-RegisteredOwner']?.[0]?.equals(sid) ?? false);
  });
});

describe('a sweep of devices', () => {
  it('repairs what somebody changed in AD, and tells it', async () => {
    const device = await written();
    const dn = device.ad.dn;
    await world.byHand((client) => client.modify(dn, replace('displayName', 'Changed by hand')));
    const since = world.mark();
    await sweep();
    await violation('DRIFT_OVERWRITTEN', device.id, since);
    expect((await adDevice(device))?.values.displayName).toEqual(device.ad.values.displayName);
  });

  it('only tells it where the policy says so, and still writes what has changed in the cloud', async () => {
    const device = await written({ displayName: 'REPORT 1' });
    const dn = device.ad.dn;
    await world.byHand((client) => client.modify(dn, replace('msDS-DeviceOSVersion', 'by hand')));
    let since = world.mark();
    await sweep();
    await violation('DRIFT_REPORTED', device.id, since);
    expect((await adDevice(device))?.values['msDS-DeviceOSVersion']).toEqual(['by hand']);
    since = world.mark();
    await world.graph('PATCH', `/v1.0/devices/${device.id}`, { displayName: 'REPORT 2' }, asSync);
    await sweep();
    await until(device, (ad) => ad.values.displayName?.[0] === 'REPORT 2');
  });
});
