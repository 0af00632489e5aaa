import { describe, expect, it } from 'vitest';
import { find } from '../../../local/samba/search.ts';
import {
  adUser,
  applied,
  byHand,
  createUser,
  nextNumber,
  patch,
  sweep,
  violation,
  world,
  written,
} from './people.ts';

describe('a cloud-only user', () => {
  it('appears with the mapped attributes, the suffix of the forest, and a password that nobody knows', async () => {
    const since = world.mark();
    const { ad, id, name } = await written({
      displayName: 'Zoë Müller',
      givenName: 'Zoë',
      surname: 'Müller',
      department: 'Research',
      companyName: 'Contoso',
      jobTitle: 'Head',
      employeeId: '4711',
      city: 'Köln',
      country: 'Germany',
      postalCode: '50667',
      streetAddress: 'Domkloster 4',
      state: 'NRW',
      mobilePhone: '+49 1',
      businessPhones: ['+49 2'],
      officeLocation: 'B 12',
      preferredLanguage: 'de-DE',
    });
    expect(ad.dn).toBe(`CN=Zoë Müller_${id.slice(-12)},OU=Users,OU=EntraWriteback,${world.baseDn}`);
    expect(ad.values).toMatchObject({
      adminDescription: [`User_${id}`],
      'msDS-ExternalDirectoryObjectId': [`User_${id}`],
      userPrincipalName: [`${name}@lab.test`],
      sAMAccountName: [name],
      userAccountControl: ['512'],
      displayName: ['Zoë Müller'],
      givenName: ['Zoë'],
      sn: ['Müller'],
      department: ['Research'],
      company: ['Contoso'],
      title: ['Head'],
      employeeID: ['4711'],
      l: ['Köln'],
      co: ['Germany'],
      postalCode: ['50667'],
      streetAddress: ['Domkloster 4'],
      st: ['NRW'],
      mobile: ['+49 1'],
      telephoneNumber: ['+49 2'],
      physicalDeliveryOfficeName: ['B 12'],
      preferredLanguage: ['de-DE'],
    });
    expect(ad.values.pwdLastSet?.[0]).not.toBe('0');
    const said = JSON.stringify(world.events.slice(since));
    expect(said).not.toContain('aA,1!');
  });

  it('loses what the cloud clears, and what is blank is nothing', async () => {
    const texts = { jobTitle: 'Head', city: 'Köln', givenName: 'Zoë', companyName: ' ' };
    const { id, ad } = await written({ ...texts, businessPhones: ['+49 2'] });
    expect(ad.values).toMatchObject({ title: ['Head'], l: ['Köln'], givenName: ['Zoë'] });
    expect(ad.values).not.toHaveProperty('company');
    const since = world.mark();
    await patch(id, { jobTitle: null, city: '', givenName: '\u00a0 ', businessPhones: [] });
    await world.settled(id, since, applied);
    for (const name of ['title', 'l', 'givenName', 'telephoneNumber'])
      expect((await adUser(id))?.values).not.toHaveProperty(name);
  });

  it('follows its cloud object and stays the same account', async () => {
    const { id, ad } = await written({ displayName: 'Before' });
    let since = world.mark();
    await patch(id, { displayName: 'After, "quoted"', department: 'Sales' });
    await world.settled(id, since, applied);
    const after = await adUser(id);
    expect(after?.values).toMatchObject({ displayName: ['After, "quoted"'], department: ['Sales'] });
    expect(after?.bytes.objectSid).toEqual(ad.bytes.objectSid);
    since = world.mark();
    await patch(id, { accountEnabled: false });
    await world.settled(id, since, applied);
    expect((await adUser(id))?.values.userAccountControl).toEqual(['514']);
    since = world.mark();
    await patch(id, { accountEnabled: true });
    await world.settled(id, since, applied);
    expect((await adUser(id))?.values.userAccountControl).toEqual(['512']);
  });
});

describe('a forest without the schema of Exchange', () => {
  it('is named once for all users that would be mailboxes', async () => {
    for (const mail of ['one@contoso.com', 'two@contoso.com', 'three@contoso.com']) {
      const { ad } = await written({ mail });
      expect(ad.values.mail).toBeUndefined();
    }
    const told = () =>
      world.events.filter((event) => event.event === 'violation.opened' && event.code === 'MAIL_LEFT_OUT');
    await world.event((event) => event.code === 'MAIL_LEFT_OUT', 0, 'MAIL_LEFT_OUT');
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatchObject({ severity: 'information', subject: 'Exchange' });
  });
});

describe('the name of a user', () => {
  it('keeps unicode, and is cut to what AD takes where it is at the limits', async () => {
    const { ad } = await written({ displayName: 'Łukasz 山田 🚀, "Jr."' });
    expect(ad.values.displayName).toEqual(['Łukasz 山田 🚀, "Jr."']);
    const local = `e2e.very.long.name.that.goes.on.${nextNumber()}`;
    const long = await written({
      displayName: 'X'.repeat(256),
      userPrincipalName: `${local}@contoso.com`,
      givenName: 'G'.repeat(64),
      jobTitle: 'T'.repeat(128),
    });
    expect(long.ad.values.cn?.[0]).toHaveLength(64);
    expect(long.ad.values.sAMAccountName).toEqual([local.slice(0, 20)]);
    expect(long.ad.values).toMatchObject({
      displayName: ['X'.repeat(256)],
      givenName: ['G'.repeat(64)],
      title: ['T'.repeat(128)],
      userPrincipalName: [`${local}@lab.test`],
    });
  });

  it('collides deterministically: refused and named, or told apart by the id where the policy says so', async () => {
    const first = await written({ userPrincipalName: 'e2e.same.twenty.chars.one@contoso.com' });
    let since = world.mark();
    const second = await createUser({ userPrincipalName: 'e2e.same.twenty.chars.two@contoso.com' });
    const refused = await world.settled(second.id, since, (event) => event.result === 'refused');
    expect(refused.code).toBe('NAME_COLLISION');
    expect(String(refused.message)).toContain(first.ad.dn);
    expect(await adUser(second.id)).toBeUndefined();
    since = world.mark();
    await patch(second.id, { jobTitle: 'Colliding' });
    await world.settled(second.id, since, applied);
    const own = [`e2e.sam_${second.id.slice(-12)}`];
    expect((await adUser(second.id))?.values.sAMAccountName).toEqual(own);

    // A logon name stays what it is when somebody else's becomes free.
    since = world.mark();
    await patch(first.id, { userPrincipalName: 'e2e.another@contoso.com' });
    await world.settled(first.id, since, applied);
    since = world.mark();
    await patch(second.id, { city: 'Köln' });
    await world.settled(second.id, since, applied);
    expect((await adUser(second.id))?.values).toMatchObject({ sAMAccountName: own, l: ['Köln'] });
  });

  it('that as many as want it come for at once goes to one of them; the others are told who has it', async () => {
    const since = world.mark();
    const twins = await Promise.all(
      ['contoso.com', 'fabrikam.com', 'contoso.com', 'fabrikam.com'].map((suffix, index) =>
        createUser({ jobTitle: 'Twin', userPrincipalName: `twin${index >> 1}@${suffix}` }),
      ),
    );
    for (const pair of [twins.slice(0, 2), twins.slice(2)]) {
      const told = await Promise.all(pair.map(({ id }) => world.settled(id, since)));
      expect(told.map(({ result }) => result).toSorted()).toEqual(['applied', 'refused']);
      const [winner] = await Promise.all(pair.map(({ id }) => adUser(id))).then((found) =>
        found.filter((one) => one !== undefined),
      );
      const refused = told.find(({ result }) => result === 'refused');
      expect(refused?.code).toBe('NAME_COLLISION');
      expect(String(refused?.message)).toContain(winner?.dn);
    }
  });
});

describe('how an account starts', () => {
  it('is disabled where the policy says so, and enabled once somebody has set a password', async () => {
    const { id, ad } = await written({ jobTitle: 'Starter' });
    expect(ad.values).toMatchObject({ userAccountControl: ['514'], pwdLastSet: ['0'] });
    await byHand(ad.dn, 'unicodePwd', Buffer.from('"Helpdesk-set-1"', 'utf16le'));
    const since = world.mark();
    await patch(id, { department: 'Sales' });
    await world.settled(id, since, applied);
    expect((await adUser(id))?.values.userAccountControl).toEqual(['512']);
  });

  it('keeps a password that the helpdesk set with "must change at next logon"', async () => {
    const { id, ad } = await written();
    await byHand(ad.dn, 'unicodePwd', Buffer.from('"Helpdesk-set-2"', 'utf16le'));
    await byHand(ad.dn, 'pwdLastSet', '0');
    const since = world.mark();
    await patch(id, { department: 'Sales' });
    const settled = await world.settled(id, since, applied);
    expect(settled.operations).toEqual(['modify']);
    const user = await adUser(id);
    expect(user?.values).toMatchObject({ userAccountControl: ['512'], pwdLastSet: ['0'] });
    const account = { ...world.account, bindDn: ad.dn, password: 'Helpdesk-set-2' };
    // 773: the password is right, and must be changed.
    await expect(find(account, ad.dn)).rejects.toThrow(/773|must change|expired/i);
  });

  it('is disabled while it is so in the cloud, and gets its password when it is enabled', async () => {
    const { id, ad } = await written({ accountEnabled: false, jobTitle: 'Smart card' });
    expect(ad.values).toMatchObject({ userAccountControl: [String(514 + 0x40000)], pwdLastSet: ['0'] });
    const since = world.mark();
    await patch(id, { accountEnabled: true });
    await world.settled(id, since, applied);
    const enabled = await adUser(id);
    expect(enabled?.values.userAccountControl).toEqual([String(512 + 0x40000)]);
    expect(enabled?.values.pwdLastSet).not.toEqual(['0']);
  });

  it('demands a smart card where the policy says so', async () => {
    const { ad } = await written({ jobTitle: 'Smart card' });
    expect(Number(ad.values.userAccountControl?.[0]) & 0x40000).toBe(0x40000);
  });
});

describe('what somebody changes in AD', () => {
  it('is brought back by a sweep, and told', async () => {
    const { id, ad } = await written({ department: 'Research' });
    await byHand(ad.dn, 'department', 'Changed by hand');
    const since = world.mark();
    await sweep();
    const opened = await violation('DRIFT_OVERWRITTEN', id, since);
    expect(String(opened.message)).toContain('department');
    expect((await adUser(id))?.values.department).toEqual(['Research']);
  });

  it('is only told where the policy says so', async () => {
    const { id, ad } = await written({ jobTitle: 'Report only', department: 'Research' });
    await byHand(ad.dn, 'department', 'Changed by hand');
    const since = world.mark();
    await sweep();
    await violation('DRIFT_REPORTED', id, since);
    expect((await adUser(id))?.values.department).toEqual(['Changed by hand']);
  });
});

describe('a user that leaves', () => {
  it('is disabled and moved to quarantine when no rule writes it, and continues when one does', async () => {
    const { id, name, ad } = await written();
    let since = world.mark();
    await patch(id, { department: 'Legal' });
    await world.settled(id, since, applied);
    const gone = await adUser(id);
    expect(gone?.dn).toBe(
      `CN=Person ${name.slice(3)}_${id.slice(-12)},OU=Quarantine,OU=EntraWriteback,${world.baseDn}`,
    );
    expect(gone?.values.userAccountControl).toEqual(['514']);
    since = world.mark();
    await patch(id, { department: 'Sales' });
    await world.settled(id, since, applied);
    const back = await adUser(id);
    expect(back?.dn).toBe(ad.dn);
    expect(back?.values.userAccountControl).toEqual(['512']);
    expect(back?.bytes.objectSid).toEqual(ad.bytes.objectSid);
  });

  it('is called by its marker in a quarantine where another one has its name, and by its name when it is back', async () => {
    const twins = [];
    for (const _ of [1, 2]) {
      const twin = await written({ jobTitle: 'Twin', displayName: 'The same name' });
      const since = world.mark();
      await patch(twin.id, { department: 'Legal' });
      await world.settled(twin.id, since, applied);
      twins.push(twin);
    }
    const [first, second] = twins;
    const quarantine = `OU=Quarantine,OU=EntraWriteback,${world.baseDn}`;
    expect((await adUser(first?.id ?? ''))?.dn).toBe(`CN=The same name,${quarantine}`);
    expect((await adUser(second?.id ?? ''))?.dn).toBe(`CN=User_${second?.id},${quarantine}`);
    const since = world.mark();
    await patch(second?.id ?? '', { department: 'Sales' });
    await world.settled(second?.id ?? '', since, applied);
    const back = await adUser(second?.id ?? '');
    expect(back?.dn).toBe(second?.ad.dn);
    expect(back?.bytes.objectSid).toEqual(second?.ad.bytes.objectSid);
  });

  it('is quarantined while it is soft-deleted, restored with its SID, and deleted for good at last', async () => {
    const { id, ad } = await written({ department: 'Sales' });
    let since = world.mark();
    await world.graph('DELETE', `/v1.0/users/${id}`);
    const removed = await world.settled(id, since, applied);
    expect(removed.reason).toBe('SOFT_DELETED');
    expect((await adUser(id))?.dn).toContain('OU=Quarantine');
    expect((await adUser(id))?.values.userAccountControl).toEqual(['514']);
    since = world.mark();
    await world.graph('POST', `/v1.0/directory/deletedItems/${id}/restore`, {});
    await world.settled(id, since, applied);
    const back = await adUser(id);
    expect(back?.dn).toBe(ad.dn);
    expect(back?.values.userAccountControl).toEqual(['512']);
    expect(back?.bytes.objectSid).toEqual(ad.bytes.objectSid);
    since = world.mark();
    await world.graph('DELETE', `/v1.0/users/${id}`);
    await world.settled(id, since, applied);
    await world.graph('DELETE', `/v1.0/directory/deletedItems/${id}`);
    await world.settled(id, since, (event) => String(event.operations).includes('delete'));
    expect(await adUser(id)).toBeUndefined();
  });

  it('that was never written is not asked about', async () => {
    let since = world.mark();
    const { id } = await createUser({ userPrincipalName: `other${nextNumber()}@contoso.com` });
    await world.decided(id, 'ignore', since);
    since = world.mark();
    await world.graph('DELETE', `/v1.0/users/${id}`);
    expect((await world.decided(id, 'ignore', since)).reason).toBe('SOFT_DELETED');
  });
});

describe('who is written', () => {
  it('leaves out guests, unless a rule says so', async () => {
    const since = world.mark();
    const guest = await createUser({ userType: 'Guest' });
    expect((await world.decided(guest.id, 'ignore', since)).reason).toBe('GUEST');
    const { ad } = await written({ userType: 'Guest', companyName: 'Fabrikam' });
    expect(ad.values.userAccountControl).toEqual(['514']);
  });

  it('never touches a user that is synchronised from AD', async () => {
    const found = await world.graph('GET', '/v1.0/users?$top=999&$select=id,onPremisesSyncEnabled');
    const synced = (found.value as { id: string; onPremisesSyncEnabled: boolean | null }[]).find(
      (user) => user.onPremisesSyncEnabled,
    );
    const since = world.mark();
    await world.graph(
      'PATCH',
      `/v1.0/users/${synced?.id}`,
      { department: 'Research', companyName: 'Fabrikam' },
      { 'x-local-as': 'synchronization' },
    );
    expect((await world.decided(synced?.id ?? '', 'ignore', since)).reason).toBe('SYNCED_FROM_AD');
  });
});
