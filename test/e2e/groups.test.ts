import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

/** Driven as the README says: Graph's own paths in, ldapsearch out, nothing in between but the product. */

let world: World;
let people: { readonly id: string; readonly onPremisesSecurityIdentifier: string }[];

beforeAll(async () => {
  world = await startWorld();
  const users = await world.graph(
    'GET',
    '/v1.0/users?$top=50&$select=id,displayName,onPremisesSecurityIdentifier,onPremisesDistinguishedName',
  );
  people = (users.value as typeof people).filter((user) => user.onPremisesSecurityIdentifier);
}, 120_000);

afterAll(() => world?.stop());

let number = 0;

async function createMicrosoft365Group(
  displayName: string,
  members: readonly string[] = [],
): Promise<string> {
  number += 1;
  const body = {
    displayName,
    description: `About ${displayName}`,
    groupTypes: ['Unified'],
    mailEnabled: true,
    mailNickname: `e2e${number}`,
    securityEnabled: false,
    'members@odata.bind': members.map((id) => `https://graph.microsoft.com/v1.0/users/${id}`),
  };
  return String((await world.graph('POST', '/v1.0/groups', body)).id);
}

async function createSecurityGroup(displayName: string): Promise<string> {
  number += 1;
  const body = { displayName, mailEnabled: false, mailNickname: `e2e${number}`, securityEnabled: true };
  return String((await world.graph('POST', '/v1.0/groups', body)).id);
}

const idOf = (index: number): string => people[index]?.id ?? '';
const dnsOf = async (indexes: readonly number[]): Promise<readonly string[]> => {
  const sids = indexes.map((index) => people[index]?.onPremisesSecurityIdentifier);
  const found = await Promise.all(sids.map((sid) => world.search(`(objectSid=${sid})`, ['cn'])));
  return found.map(([entry]) => entry?.dn ?? '').sort();
};
const membersOf = async (id: string): Promise<readonly string[]> =>
  [...((await world.adGroup(id))?.values.member ?? [])].sort();
const writeback = (id: string, isEnabled: boolean | null, onPremisesGroupType?: string): Promise<unknown> =>
  world.graph('PATCH', `/beta/groups/${id}`, {
    writebackConfiguration: { isEnabled, ...(onPremisesGroupType && { onPremisesGroupType }) },
  });

describe('a new group', () => {
  it('is written as a universal distribution group with its synced members when it is a Microsoft 365 group', async () => {
    const since = world.mark();
    const id = await createMicrosoft365Group('Projekt Müller', [idOf(0), idOf(1), idOf(2)]);
    await world.settled(id, since, (event) => Number(event.membersAdded) === 3 || event.result === 'applied');
    const group = await world.adGroup(id);
    const suffix = id.slice(-12);
    expect(group?.dn).toBe(`CN=Projekt Müller_${suffix},OU=EntraWriteback,${world.baseDn}`);
    expect(group?.values.groupType).toEqual(['8']);
    expect(group?.values.adminDescription).toEqual([`Group_${id}`]);
    expect(group?.values['msDS-ExternalDirectoryObjectId']).toEqual([`Group_${id}`]);
    expect(group?.values.displayName).toEqual(['Projekt Müller']);
    expect(group?.values.description).toEqual(['About Projekt Müller']);
    expect(group?.values.sAMAccountName?.[0]).toContain(suffix);
    expect(await membersOf(id)).toEqual(await dnsOf([0, 1, 2]));
  });

  it('is written as a universal security group when it is a security group and writeback is enabled on it', async () => {
    const id = await createSecurityGroup('VPN Access');
    const since = world.mark();
    await writeback(id, true);
    await world.settled(id, since, (event) => event.result === 'applied');
    const group = await world.adGroup(id);
    expect(group?.values.groupType).toEqual(['-2147483640']);
  });

  it('is ignored with a reason when it is a security group that nobody enabled', async () => {
    const since = world.mark();
    const id = await createSecurityGroup('Not In AD');
    const decided = await world.decided(id, 'ignore', since);
    expect(decided.reason).toBe('NOT_ENABLED');
    expect(await world.adGroup(id)).toBeUndefined();
  });
});

describe('a written group', () => {
  it('follows its members, its name and its description, and stays the same object', async () => {
    let since = world.mark();
    const id = await createMicrosoft365Group('Sales', [idOf(3)]);
    await world.settled(id, since, (event) => event.result === 'applied');
    const before = await world.adGroup(id);

    since = world.mark();
    await world.graph('POST', `/v1.0/groups/${id}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${idOf(4)}`,
    });
    await world.settled(id, since, (event) => event.membersAdded === 1);
    expect(await membersOf(id)).toEqual(await dnsOf([3, 4]));

    since = world.mark();
    await world.graph('DELETE', `/v1.0/groups/${id}/members/${idOf(3)}/$ref`);
    await world.settled(id, since, (event) => event.membersRemoved === 1);
    expect(await membersOf(id)).toEqual(await dnsOf([4]));

    since = world.mark();
    await world.graph('PATCH', `/v1.0/groups/${id}`, {
      displayName: 'Sales, EMEA',
      description: 'New words',
    });
    await world.settled(id, since, (event) => String(event.operations).includes('move'));
    const after = await world.adGroup(id);
    expect(after?.dn).toBe(`CN=Sales\\, EMEA_${id.slice(-12)},OU=EntraWriteback,${world.baseDn}`);
    expect(after?.values.description).toEqual(['New words']);
    expect(after?.bytes.objectGUID).toEqual(before?.bytes.objectGUID);
    expect(after?.bytes.objectSid).toEqual(before?.bytes.objectSid);
  });

  it('is frozen when writeback is turned off, and catches up when it is turned on again', async () => {
    let since = world.mark();
    const id = await createMicrosoft365Group('Frozen', [idOf(5)]);
    await world.settled(id, since, (event) => event.result === 'applied');
    since = world.mark();
    await writeback(id, false);
    expect((await world.decided(id, 'freeze', since)).reason).toBe('DISABLED');
    since = world.mark();
    await world.graph('PATCH', `/v1.0/groups/${id}`, { description: 'Changed while frozen' });
    await world.graph('POST', `/v1.0/groups/${id}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${idOf(6)}`,
    });
    await world.decided(id, 'freeze', since);
    expect((await world.adGroup(id))?.values.description).toEqual(['About Frozen']);
    expect(await membersOf(id)).toEqual(await dnsOf([5]));
    since = world.mark();
    await writeback(id, true);
    await world.settled(id, since, (event) => event.result === 'applied');
    expect((await world.adGroup(id))?.values.description).toEqual(['Changed while frozen']);
    expect(await membersOf(id)).toEqual(await dnsOf([5, 6]));
  });

  it('stays through soft deletion, continues when restored, and is deleted with the cloud group', async () => {
    let since = world.mark();
    const id = await createMicrosoft365Group('Short Life', [idOf(7)]);
    await world.settled(id, since, (event) => event.result === 'applied');
    const before = await world.adGroup(id);
    since = world.mark();
    await world.graph('DELETE', `/v1.0/groups/${id}`);
    expect((await world.decided(id, 'freeze', since)).reason).toBe('SOFT_DELETED');
    expect(await world.adGroup(id)).toBeDefined();
    since = world.mark();
    await world.graph('POST', `/v1.0/directory/deletedItems/${id}/restore`, {});
    await world.decided(id, 'write', since);
    await world.settled(id, since);
    expect((await world.adGroup(id))?.bytes.objectSid).toEqual(before?.bytes.objectSid);
    since = world.mark();
    await world.graph('DELETE', `/v1.0/groups/${id}`);
    await world.decided(id, 'freeze', since);
    await world.graph('DELETE', `/v1.0/directory/deletedItems/${id}`);
    await world.settled(id, since, (event) => event.intent === 'remove' && event.result === 'applied');
    expect(await world.adGroup(id)).toBeUndefined();
  });

  it('changes its type in place when the group asks for a security group', async () => {
    let since = world.mark();
    const id = await createMicrosoft365Group('Type Change');
    await world.settled(id, since, (event) => event.result === 'applied');
    const before = await world.adGroup(id);
    since = world.mark();
    await writeback(id, true, 'universalSecurityGroup');
    await world.settled(id, since, (event) => event.result === 'applied');
    const after = await world.adGroup(id);
    expect(after?.values.groupType).toEqual(['-2147483640']);
    expect(after?.bytes.objectSid).toEqual(before?.bytes.objectSid);
  });
});

describe('what AD or Exchange masters', () => {
  it.each([
    ['a distribution list', 'DISTRIBUTION_LIST', { mailEnabled: true, securityEnabled: false }],
    [
      'a mail-enabled security group',
      'MAIL_ENABLED_SECURITY_GROUP',
      { mailEnabled: true, securityEnabled: true },
    ],
    ['a synced group', 'SYNCED_FROM_AD', { onPremisesSyncEnabled: true }],
  ])('%s is ignored with the reason %s', async (_what, reason, properties) => {
    const found = await world.event(
      (event) => event.event === 'change.decided' && event.reason === reason,
      0,
      `a decision with reason ${reason} for ${JSON.stringify(properties)}`,
    );
    expect(found.outcome).toBe('ignore');
    expect(await world.adGroup(String(found.id))).toBeUndefined();
  });
});
