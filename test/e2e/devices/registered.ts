import { createHash, randomUUID } from 'node:crypto';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Entry } from '../../../local/samba/ldif.ts';
import { startWorld, type World } from '../world.ts';

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
  - rule: Ended early
    when: { attribute: displayName, operator: startsWith, value: ENDED }
    deletion: { softDeleted: delete, outOfScope: disable }
  - rule: Kept
    when: { attribute: displayName, operator: startsWith, value: KEPT }
    deletion: { softDeleted: keep, hardDeleted: keep }
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

/** Another container that the relay may write to, where it is there; with a comma in its name, as people have it. */
export const otherContainer = 'CN=Geräte\\, neu';

/** Of the test file that imports this: started before its tests, stopped after them. */
export let world: World;

beforeAll(async () => {
  const containers = ['OU=EntraWriteback', 'CN=RegisteredDevices', otherContainer];
  world = await startWorld({ policyText, relay: { containers } });
}, 120_000);

afterAll(() => world?.stop());

export const asSync = { 'x-local-as': 'synchronization' } as const;
let number = 0;

/** `X509:<SHA1-TP-PUBKEY>`, a thumbprint and the hash of a public key: what registration leaves on a device. */
export function keyText(): string {
  number += 1;
  const thumbprint = createHash('sha1').update(String(number)).digest('hex').toUpperCase();
  return `X509:<SHA1-TP-PUBKEY>${thumbprint}${createHash('sha256').update(String(number)).digest('base64')}`;
}
export const keyOf = (text: string) => ({ type: 2, key: Buffer.from(text, 'utf16le').toString('base64') });

export type Device = { readonly id: string; readonly deviceId: string };

/** Registers a device; its feed is all that tells of it, so that is drained at once. */
export async function register(given: Readonly<Record<string, unknown>> = {}): Promise<Device> {
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

export const drain = (): Promise<void> => world.startTimer('deviceFeed');
export const change = async (id: string, body: unknown): Promise<void> => {
  await world.graph('PATCH', `/v1.0/devices/${id}`, body, asSync);
  await drain();
};
export const container = (): string => `CN=RegisteredDevices,${world.baseDn}`;
export const adDevice = ({ deviceId }: Device): Promise<Entry | undefined> =>
  world.find(`CN=${deviceId},${container()}`);
export const applied = (event: Readonly<Record<string, unknown>>): boolean => event.result === 'applied';

export async function written(
  given: Readonly<Record<string, unknown>> = {},
): Promise<Device & { ad: Entry }> {
  const since = world.mark();
  const device = await register(given);
  await drain();
  await world.settled(device.id, since, applied);
  const ad = await adDevice(device);
  if (!ad) throw new Error(`AD does not have device ${device.id}`);
  return { ...device, ad };
}

/** Waits until AD has the device so; each outcome is a reason to look again. */
export async function until(device: Device, fits: (ad: Entry) => boolean): Promise<void> {
  for (;;) {
    const since = world.mark();
    const ad = await adDevice(device);
    if (ad && fits(ad)) return;
    await world.settled(device.id, since);
  }
}

/** By hand, so that nothing is shared with the code under test (MS-DTYP §2.3.4.2). */
export function guidOctets(guid: string): Buffer {
  const [a = '', b = '', c = '', d = '', e = ''] = guid.split('-');
  const little = (hex: string): string => (hex.match(/../g) ?? []).reverse().join('');
  return Buffer.from(little(a) + little(b) + little(c) + d + e, 'hex');
}

/** The same in the other direction, and for SIDs (MS-DTYP §2.4.2.2). */
export function textOfGuid(octets: Buffer = Buffer.alloc(16)): string {
  const hex = guidOctets(
    octets.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  ).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
export function textOfSid(octets: Buffer = Buffer.alloc(8)): string {
  const parts = Array.from({ length: octets.readUInt8(1) }, (_, index) => octets.readUInt32LE(8 + 4 * index));
  return ['S', octets.readUInt8(0), octets.readUIntBE(2, 6), ...parts].join('-');
}

export const replace = (type: string, value: string): Change =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });
export const sweep = async (kind = 'device'): Promise<void> => {
  const answer = await world.api('/sweep', { method: 'POST', body: JSON.stringify({ kind }) });
  expect(answer.status).toBe(202);
};
export const violation = (code: string, id: string, since: number) =>
  world.event(
    (event) => event.event === 'violation.opened' && event.code === code && event.id === id,
    since,
    `${code} for ${id}`,
  );

/** Nothing is written, and this is the reason. */
export const decidedBecause = (reason: string, id: string, since: number) =>
  world.event(
    (event) => event.event === 'change.decided' && event.id === id && event.reason === reason,
    since,
    `the decision ${reason} for ${id}`,
  );

export const link = (
  id: string,
  name: 'registeredOwners' | 'registeredUsers',
  user: string,
): Promise<unknown> =>
  world.graph('POST', `/v1.0/devices/${id}/${name}/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user}`,
  });

/** The first users that are synchronised from AD, with their SIDs as AD has them. */
export async function syncedUsers(count: number): Promise<readonly { id: string; sid: Buffer }[]> {
  const users = await world.graph('GET', '/v1.0/users?$top=400&$select=id,onPremisesSecurityIdentifier');
  const people = await world.search('(objectClass=user)', ['objectSid']);
  const sids = new Map(people.map(({ bytes }) => [textOfSid(bytes.objectSid?.[0]), bytes.objectSid?.[0]]));
  return (users.value as { id: string; onPremisesSecurityIdentifier: string | null }[])
    .flatMap(({ id, onPremisesSecurityIdentifier }) => {
      const sid = sids.get(onPremisesSecurityIdentifier ?? '');
      return sid ? [{ id, sid }] : [];
    })
    .slice(0, count);
}

/** A security group with these devices. */
export const groupOf = async (...members: readonly string[]): Promise<string> => {
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
export const membersOf = async (group: string): Promise<readonly string[]> =>
  (await world.adGroup(group))?.values.member ?? [];
