import { createHash, randomUUID } from 'node:crypto';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../local/samba/ldif.ts';
import { startWorld, type World } from './world.ts';

/** Devices through the whole product: Graph's own paths in, ldapsearch out, values compared octet by octet. */

const policyText = `
groups:
  - rule: All groups
    writeback: true
users:
  - rule: Owners
    when: { attribute: jobTitle, operator: equals, value: Owner }
    start: randomPassword
devices:
  - rule: Stale after a quarter
    when: { attribute: operatingSystem, operator: equals, value: Kiosk }
    staleAfterDays: 90
  - rule: Report only
    when: { attribute: displayName, operator: startsWith, value: REPORT }
    drift: report
  - rule: Company devices
    when:
      all:
        - { attribute: kind, operator: in, value: [joined, registered] }
        - { attribute: displayName, operator: startsWith, value: E2E }
        - { attribute: ownership, operator: notEquals, value: Personal }
`;

let world: World;

beforeAll(async () => {
  world = await startWorld({ policyText });
}, 120_000);

afterAll(() => world?.stop());

const asSync = { 'x-local-as': 'synchronization' } as const;
let number = 0;

/** `X509:<SHA1-TP-PUBKEY>`, a thumbprint and the hash of a public key: what registration leaves on a device. */
function keyText(): string {
  number += 1;
  const thumbprint = createHash('sha1').update(String(number)).digest('hex').toUpperCase();
  return `X509:<SHA1-TP-PUBKEY>${thumbprint}${createHash('sha256').update(String(number)).digest('base64')}`;
}
const keyOf = (text: string) => ({ type: 2, key: Buffer.from(text, 'utf16le').toString('base64') });

type Device = { readonly id: string; readonly deviceId: string };

/** Registers a device; its feed is all that tells of it, so that is drained at once. */
async function register(given: Readonly<Record<string, unknown>> = {}): Promise<Device> {
  const body = {
    accountEnabled: true,
    alternativeSecurityIds: [keyOf(keyText())],
    deviceId: randomUUID(),
    displayName: `E2E-${number}`,
    operatingSystem: 'Windows',
    operatingSystemVersion: '10.0.26100.1742',
    trustType: 'AzureAd',
    ...given,
  };
  const device = await world.graph('POST', '/v1.0/devices', body, asSync);
  return { id: String(device.id), deviceId: body.deviceId };
}

const drain = (): Promise<void> => world.startTimer('deviceFeed');
const change = async (id: string, body: unknown): Promise<void> => {
  await world.graph('PATCH', `/v1.0/devices/${id}`, body, asSync);
  await drain();
};
const container = (): string => `CN=RegisteredDevices,${world.baseDn}`;
const adDevice = ({ deviceId }: Device): Promise<Entry | undefined> =>
  world.find(`CN=${deviceId},${container()}`);
const applied = (event: Readonly<Record<string, unknown>>): boolean => event.result === 'applied';

async function written(given: Readonly<Record<string, unknown>> = {}): Promise<Device & { ad: Entry }> {
  const since = world.mark();
  const device = await register(given);
  await drain();
  await world.settled(device.id, since, applied);
  const ad = await adDevice(device);
  if (!ad) throw new Error(`AD does not have device ${device.id}`);
  return { ...device, ad };
}

/** Waits until AD has the device so; each outcome is a reason to look again. */
async function until(device: Device, fits: (ad: Entry) => boolean): Promise<void> {
  for (;;) {
    const since = world.mark();
    const ad = await adDevice(device);
    if (ad && fits(ad)) return;
    await world.settled(device.id, since);
  }
}

/** By hand, so that nothing is shared with the code under test (MS-DTYP §2.3.4.2). */
function guidOctets(guid: string): Buffer {
  const [a = '', b = '', c = '', d = '', e = ''] = guid.split('-');
  const little = (hex: string): string => (hex.match(/../g) ?? []).reverse().join('');
  return Buffer.from(little(a) + little(b) + little(c) + d + e, 'hex');
}

/** The same in the other direction, and for SIDs (MS-DTYP §2.4.2.2). */
function textOfGuid(octets: Buffer = Buffer.alloc(16)): string {
  const hex = guidOctets(
    octets.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  ).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
function textOfSid(octets: Buffer = Buffer.alloc(8)): string {
  const parts = Array.from({ length: octets.readUInt8(1) }, (_, index) => octets.readUInt32LE(8 + 4 * index));
  return ['S', octets.readUInt8(0), octets.readUIntBE(2, 6), ...parts].join('-');
}

const replace = (type: string, value: string): Change =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });
const sweep = async (): Promise<void> => {
  const answer = await world.api('/sweep', { method: 'POST', body: JSON.stringify({ kind: 'device' }) });
  expect(answer.status).toBe(202);
};
const violation = (code: string, id: string, since: number) =>
  world.event(
    (event) => event.event === 'violation.opened' && event.code === code && event.id === id,
    since,
    `${code} for ${id}`,
  );

/** Nothing is written, and this is the reason. */
const decidedBecause = (reason: string, id: string, since: number) =>
  world.event(
    (event) => event.event === 'change.decided' && event.id === id && event.reason === reason,
    since,
    `the decision ${reason} for ${id}`,
  );

const link = (id: string, name: 'registeredOwners' | 'registeredUsers', user: string): Promise<unknown> =>
  world.graph('POST', `/v1.0/devices/${id}/${name}/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user}`,
  });

async function syncedUser(index: number): Promise<{ id: string; sid: Buffer }> {
  const users = await world.graph('GET', '/v1.0/users?$top=50&$select=id,onPremisesSecurityIdentifier');
  const synced = (users.value as { id: string; onPremisesSecurityIdentifier: string | null }[]).filter(
    (user) => user.onPremisesSecurityIdentifier,
  );
  const user = synced[index];
  const [entry] = await world.search(`(objectSid=${user?.onPremisesSecurityIdentifier})`, ['objectSid']);
  return { id: user?.id ?? '', sid: entry?.bytes.objectSid?.[0] ?? Buffer.alloc(0) };
}

describe('a device', () => {
  it.each(['AzureAd', 'Workplace'])('of trust type %s appears with exactly its values', async (trustType) => {
    const text = keyText();
    const [owner, user] = [await syncedUser(0), await syncedUser(1)];
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

describe('membership', () => {
  const groupOf = async (...members: readonly string[]): Promise<string> => {
    number += 1;
    const group = await world.graph('POST', '/v1.0/groups', {
      displayName: `Devices ${number}`,
      mailEnabled: false,
      mailNickname: `devices${number}`,
      securityEnabled: true,
      'members@odata.bind': members.map((id) => `https://graph.microsoft.com/v1.0/devices/${id}`),
    });
    return String(group.id);
  };
  const membersOf = async (group: string): Promise<readonly string[]> =>
    (await world.adGroup(group))?.values.member ?? [];

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
