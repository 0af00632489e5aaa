import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import { type SeededController, startSeededController } from '../../local/samba/seeded-controller.ts';
import type { ObjectKind } from '../../shared/domain/index.ts';
import { type Event, startWorld, type World } from './world.ts';

/**
 * A sweep over users and devices with all that makes them hard to compare: managers, people, passwords, mailboxes,
 * names at the limits. Where nothing has changed the relay finds nothing, and nothing is evaluated.
 */

const policyText = `
exchange: { routingDomain: contoso.mail.onmicrosoft.com }
defaults:
  users: { upnSuffixes: { contoso.com: lab.test } }
users:
  - rule: With a password
    when: { attribute: department, operator: equals, value: Stores }
    start: randomPassword
    attributes: { description: "{jobTitle} in {city}", extensionAttribute1: "{employeeId}" }
  - rule: Without
    when: { attribute: department, operator: equals, value: Logistics }
    smartcardRequired: true
devices:
  - rule: Ours
    when: { attribute: displayName, operator: startsWith, value: UNCHANGED }
`;

let world: World;
let controller: SeededController;
let folder: string;

beforeAll(async () => {
  const writeback = ['group', 'user', 'device'] as const;
  controller = await startSeededController({ schema: 'exchange', seed: { people: 20, writeback } });
  folder = await mkdtemp(join(tmpdir(), 'entra-writeback-unchanged-'));
  const ldapPasswordFile = join(folder, 'password');
  await writeFile(ldapPasswordFile, controller.directory.serviceAccount.password);
  const { url: ldapUrl, caFile: ldapCa, baseDn } = controller.dc;
  await withConnection(controller.dc, async (client) => {
    for (const place of ['OU=Users', 'OU=Quarantine'])
      await client.add(`${place},OU=EntraWriteback,${baseDn}`, { objectClass: 'organizationalUnit' });
  });
  const { bindDn: ldapBindDn } = controller.directory.serviceAccount;
  world = await startWorld({ policyText, ldapUrl, ldapCa, ldapBindDn, ldapPasswordFile });
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await controller?.dc.stop();
  await rm(folder, { recursive: true, force: true });
});

const asSync = { 'x-local-as': 'synchronization' } as const;
const applied = ({ result }: Event): boolean => result === 'applied';

async function written(path: string, body: object, timer?: string): Promise<string> {
  const since = world.mark();
  const { id } = await world.graph('POST', path, body, timer ? asSync : {});
  if (timer) await world.startTimer(timer);
  await world.settled(String(id), since, applied);
  return String(id);
}

const user = (name: string, more: object = {}): Promise<string> =>
  written('/v1.0/users', {
    accountEnabled: true,
    displayName: name,
    mailNickname: name.toLowerCase(),
    passwordProfile: { password: 'irrelevant-here-1' },
    userPrincipalName: `${name.toLowerCase()}@contoso.com`,
    department: 'Stores',
    ...more,
  });

function device(name: string, more: object = {}): Promise<string> {
  const digest = (algorithm: string) => createHash(algorithm).update(name);
  const key = `X509:<SHA1-TP-PUBKEY>${digest('sha1').digest('hex').toUpperCase()}${digest('sha256').digest('base64')}`;
  const body = {
    accountEnabled: true,
    alternativeSecurityIds: [{ type: 2, key: Buffer.from(key, 'utf16le').toString('base64') }],
    deviceId: randomUUID(),
    displayName: name,
    operatingSystem: 'Windows',
    operatingSystemVersion: '10.0.26100.1742',
    trustType: 'AzureAd',
    ...more,
  };
  return written('/v1.0/devices', body, 'deviceFeed');
}

const ref = (kind: string, id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/${kind}/${id}` });

/** A sweep, to the relay's last answer. */
async function sweep(kind: ObjectKind): Promise<Event> {
  const since = world.mark();
  const answer = await world.api('/sweep', { method: 'POST', body: JSON.stringify({ kind }) });
  expect(answer.status).toBe(202);
  return world.event((one) => one.event === 'sweep.answered' && one.kind === kind, since, `a ${kind} sweep`);
}

it('users with managers, mailboxes and passwords are compared and found as they should be', async () => {
  const boss = await user('Boss', { jobTitle: 'Head', city: 'Köln', employeeId: '42' });
  const ada = await user('Ada', {
    displayName: `Ada ${'ß'.repeat(80)} `,
    department: 'Logistics',
    businessPhones: ['+49 221 1', '+49 221 2'],
    mail: 'ada@contoso.com',
    streetAddress: 'Line one\nLine two',
  });
  const since = world.mark();
  await world.graph('PUT', `/v1.0/users/${ada}/manager/$ref`, ref('users', boss));
  await world.settled(ada, since, applied);
  const off = await user('Off', { accountEnabled: false });
  await sweep('user');
  expect(await sweep('user')).toMatchObject({ called: 0, compared: 3, differing: 0, unknown: 0 });

  expect(await world.search(`(&(adminDescription=User_${ada})(targetAddress=*)(manager=*))`)).toHaveLength(1);

  const [entry] = await world.search(`(adminDescription=User_${off})`);
  await withConnection(controller.dc, (client) =>
    client.modify(
      entry?.dn ?? '',
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'department', values: ['Elsewhere'] }),
      }),
    ),
  );
  const before = world.mark();
  expect(await sweep('user')).toMatchObject({ called: 0, compared: 3, differing: 1 });
  await world.settled(off, before, applied);
});

it('devices with owner and users are compared and found as they should be', async () => {
  const { value } = await world.graph('GET', '/v1.0/users?$select=id,onPremisesSyncEnabled&$top=999');
  const people = value as readonly { readonly id: string; readonly onPremisesSyncEnabled: boolean | null }[];
  const synced = people.find(({ onPremisesSyncEnabled }) => onPremisesSyncEnabled)?.id ?? '';
  const cloud = await user('Owner');
  const pc = await device('UNCHANGED-1', { physicalIds: ['[ZTDID]:1', '[USER-HWID]:2'], isCompliant: false });
  await device('UNCHANGED-2', { operatingSystem: 'iOS', trustType: 'Workplace', accountEnabled: false });
  const since = world.mark();
  await world.graph(
    'POST',
    `/v1.0/devices/${pc}/registeredOwners/$ref`,
    ref('directoryObjects', cloud),
    asSync,
  );
  for (const id of [cloud, synced])
    await world.graph(
      'POST',
      `/v1.0/devices/${pc}/registeredUsers/$ref`,
      ref('directoryObjects', id),
      asSync,
    );
  // No feed tells of people: the sweep finds them.
  expect(await sweep('device')).toMatchObject({ called: 1 });
  await world.settled(pc, since, applied);
  await sweep('device');
  expect(await sweep('device')).toMatchObject({ called: 0, compared: 2, differing: 0, unknown: 0 });
});
