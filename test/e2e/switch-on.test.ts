import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

/** User and device writeback switched on, and off again, by the policy of a system that runs. */

const groupsOnly = `
groups:
  - rule: All groups
    writeback: true
`;
const withPeople = `${groupsOnly}
users:
  - rule: Chosen
    when: { attribute: jobTitle, operator: equals, value: Chosen }
devices:
  - rule: Chosen
    when: { attribute: displayName, operator: startsWith, value: CHOSEN }
`;

let world: World;

beforeAll(async () => {
  world = await startWorld({ policyText: groupsOnly });
}, 120_000);

afterAll(() => world?.stop());

const membersOf = async (group: string): Promise<readonly string[]> =>
  [...((await world.adGroup(group))?.values.member ?? [])].sort();

/** Waits until the group has so many members; each outcome is a reason to look again. */
async function untilMembers(group: string, count: number): Promise<readonly string[]> {
  for (;;) {
    const since = world.mark();
    const members = await membersOf(group);
    if (members.length === count) return members;
    await world.settled(group, since);
  }
}

/** What the next minute would bring is begun at once. */
async function changePolicy(text: string): Promise<void> {
  await world.setPolicy(text);
  await world.startTimer('watchEveryMinute');
}

describe('switching on the writeback of users and devices', () => {
  it('completes the groups that had to leave them out; switching it off ends the accounts', async () => {
    const userIds: string[] = [];
    for (const name of ['chosen1', 'chosen2', 'chosen3']) {
      const user = await world.graph('POST', '/v1.0/users', {
        accountEnabled: true,
        displayName: name,
        jobTitle: 'Chosen',
        mailNickname: name,
        passwordProfile: { password: 'irrelevant-here-1' },
        userPrincipalName: `${name}@contoso.com`,
      });
      userIds.push(String(user.id));
    }
    const device = await world.graph('POST', '/v1.0/devices', {
      accountEnabled: true,
      alternativeSecurityIds: [{ type: 2, key: key() }],
      deviceId: '11111111-2222-4333-8444-555555555555',
      displayName: 'CHOSEN-1',
      operatingSystem: 'Windows',
      operatingSystemVersion: '10',
      trustType: 'AzureAd',
    });
    let since = world.mark();
    const created = await world.graph('POST', '/v1.0/groups', {
      displayName: 'Mixed',
      mailEnabled: false,
      mailNickname: 'mixed',
      securityEnabled: true,
      'members@odata.bind': [...userIds, String(device.id)].map(
        (id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
      ),
    });
    const group = String(created.id);
    await world.settled(group, since, (event) => event.result === 'applied');
    expect(await membersOf(group)).toEqual([]);
    const story = JSON.stringify(await (await world.api(`/objects/${group}`)).json());
    expect(story).toContain('CLOUD_ONLY_USER');
    expect(story).toContain('DEVICE_NOT_WRITTEN');

    await changePolicy(withPeople);
    const members = await untilMembers(group, 4);
    expect(members.filter((dn) => dn.endsWith(`OU=Users,OU=EntraWriteback,${world.baseDn}`))).toHaveLength(3);
    expect(members.filter((dn) => dn.endsWith(`CN=RegisteredDevices,${world.baseDn}`))).toHaveLength(1);

    since = world.mark();
    await changePolicy(groupsOnly);
    for (const id of userIds) {
      await world.settled(id, since, (event) => event.result === 'applied');
      const [account] = await world.search(`(adminDescription=User_${id})`);
      expect(account?.values.userAccountControl).toEqual(['514']);
      expect(account?.dn).toContain('OU=Quarantine');
    }
  }, 60_000);
});

/** `X509:<SHA1-TP-PUBKEY>`, a thumbprint and the hash of a public key. */
const key = (): string =>
  Buffer.from(`X509:<SHA1-TP-PUBKEY>${'A'.repeat(40)}${'B'.repeat(43)}=`, 'utf16le').toString('base64');
