import { describe, expect, it } from 'vitest';
import { adUser, applied, createUser, nextNumber, patch, until, world, written } from './people.ts';

describe('the manager of a user', () => {
  const manager = (id: string, managerId: string): Promise<unknown> =>
    world.graph('PUT', `/v1.0/users/${id}/manager/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/users/${managerId}`,
    });

  it('that is synchronised from AD is found by the SID', async () => {
    const found = await world.graph('GET', '/v1.0/users?$top=999&$select=id,onPremisesDistinguishedName');
    const synced = (found.value as { id: string; onPremisesDistinguishedName: string | null }[]).find(
      (user) => user.onPremisesDistinguishedName,
    );
    const { id } = await written();
    const since = world.mark();
    await manager(id, synced?.id ?? '');
    await patch(id, { department: 'Sales' });
    await world.event(
      (event) => event.event === 'outcome.settled' && event.id === id && event.result === 'applied',
      since,
    );
    expect((await adUser(id))?.values.manager).toEqual([synced?.onPremisesDistinguishedName]);
  });

  it('is written when it appears, in a chain that arrives in any order', async () => {
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const chain: string[] = [];
      for (const level of ['low', 'middle', 'high']) {
        const userPrincipalName = `${level}${order.join('')}@contoso.com`;
        chain.push((await createUser({ userPrincipalName })).id);
      }
      const [low = '', middle = '', high = ''] = chain;
      await manager(low, middle);
      await manager(middle, high);
      for (const index of order) {
        const id = chain[index] ?? '';
        const since = world.mark();
        await patch(id, { jobTitle: 'In the chain' });
        await world.settled(id, since, applied);
      }
      for (const [id, above] of [
        [low, middle],
        [middle, high],
      ] as const) {
        const dn = (await adUser(above))?.dn;
        await until(id, (ad) => ad.values.manager?.[0] === dn);
      }
    }
  });

  it('follows the cloud when it changes and goes, in a circle and of oneself too', async () => {
    const [low, high, other] = [await written(), await written(), await written()];
    const now = async (id: string, above: string | undefined): Promise<void> => {
      // Graph tells a new manager with the next change of the user.
      await patch(id, { city: `City ${nextNumber()}` });
      await until(id, ({ values }) => values.manager?.[0] === above);
    };
    await manager(low.id, high.id);
    await now(low.id, high.ad.dn);
    await manager(high.id, low.id);
    await now(high.id, low.ad.dn);
    await manager(low.id, other.id);
    await now(low.id, other.ad.dn);
    await manager(low.id, low.id);
    await now(low.id, low.ad.dn);
    await world.graph('DELETE', `/v1.0/users/${low.id}/manager/$ref`);
    await now(low.id, undefined);
  });

  it('who leaves is the manager in quarantine still, and none when the tenant has deleted him', async () => {
    const [low, high] = [await written(), await written()];
    await manager(low.id, high.id);
    await patch(low.id, { city: 'Köln' });
    await until(low.id, ({ values }) => values.manager?.[0] === high.ad.dn);
    let since = world.mark();
    await patch(high.id, { department: 'Legal' });
    await world.settled(high.id, since, applied);
    expect((await adUser(low.id))?.values.manager).toEqual([(await adUser(high.id))?.dn]);
    since = world.mark();
    await world.graph('DELETE', `/v1.0/users/${high.id}`);
    await patch(low.id, { city: 'Bonn' });
    await until(low.id, ({ values }) => values.l?.[0] === 'Bonn');
    expect((await adUser(low.id))?.values.manager).toBeUndefined();
  });
});

describe('membership', () => {
  const groupOf = async (...members: readonly string[]): Promise<string> => {
    const own = nextNumber();
    const group = await world.graph('POST', '/v1.0/groups', {
      displayName: `Users ${own}`,
      mailEnabled: false,
      mailNickname: `users${own}`,
      securityEnabled: true,
      'members@odata.bind': members.map((id) => `https://graph.microsoft.com/v1.0/users/${id}`),
    });
    return String(group.id);
  };

  it('has a cloud-only user who was there before the group', async () => {
    const { id, ad } = await written();
    const since = world.mark();
    const group = await groupOf(id);
    await world.settled(group, since, applied);
    expect((await world.adGroup(group))?.values.member).toEqual([ad.dn]);
  });

  it('gets a cloud-only user who comes after the group, and loses the user again', async () => {
    const { id } = await createUser({ userPrincipalName: `later${nextNumber()}@contoso.com` });
    let since = world.mark();
    const group = await groupOf(id);
    await world.settled(group, since, applied);
    expect((await world.adGroup(group))?.values.member).toBeUndefined();
    const story = await (await world.api(`/objects/${group}`)).json();
    expect(JSON.stringify(story)).toContain('CLOUD_ONLY_USER');
    since = world.mark();
    await patch(id, { jobTitle: 'In the chain' });
    await world.settled(group, since, (event) => event.membersAdded === 1);
    expect((await world.adGroup(group))?.values.member).toEqual([(await adUser(id))?.dn]);
    since = world.mark();
    await world.graph('DELETE', `/v1.0/groups/${group}/members/${id}/$ref`);
    await world.settled(group, since, (event) => event.membersRemoved === 1);
    expect((await world.adGroup(group))?.values.member).toBeUndefined();
  });
});
