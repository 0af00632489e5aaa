import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../local/samba/ldif.ts';
import { find } from '../../local/samba/search.ts';
import { startWorld, type World } from './world.ts';

/** Users through the whole product: Graph's own paths in, ldapsearch out. */

const run = promisify(execFile);
/** The command line, without what finds a Node for it. */
const cli = `'${process.execPath}' --disable-warning=ExperimentalWarning cli/main.ts`;

const policyText = `
groups:
  - rule: All groups
    writeback: true
exchange:
  routingDomain: contoso.mail.onmicrosoft.com
defaults:
  users:
    upnSuffixes: { contoso.com: lab.test }
    start: randomPassword
users:
  - rule: Colliding
    when: { attribute: jobTitle, operator: equals, value: Colliding }
    name: { collision: appendId }
  - rule: Partners
    when: { attribute: companyName, operator: equals, value: Fabrikam }
    guests: true
    start: disabled
  - rule: Smart cards
    when: { attribute: jobTitle, operator: equals, value: Smart card }
    smartcardRequired: true
  - rule: Starters
    when: { attribute: jobTitle, operator: equals, value: Starter }
    start: disabled
  - rule: Report only
    when: { attribute: jobTitle, operator: equals, value: Report only }
    drift: report
  - rule: Nobody in Legal
    when: { attribute: department, operator: equals, value: Legal }
    writeback: false
  - rule: Chain
    when: { attribute: jobTitle, operator: equals, value: In the chain }
  - rule: People
    when: { attribute: userPrincipalName, operator: startsWith, value: e2e }
`;

let world: World;

beforeAll(async () => {
  world = await startWorld({ policyText });
}, 120_000);

afterAll(() => world?.stop());

let number = 0;
type Person = { readonly id: string; readonly name: string };

async function createUser(given: Readonly<Record<string, unknown>> = {}): Promise<Person> {
  number += 1;
  const name = `e2e${number}`;
  const body = {
    accountEnabled: true,
    displayName: `Person ${number}`,
    mailNickname: name,
    passwordProfile: { password: 'irrelevant-here-1' },
    userPrincipalName: `${name}@contoso.com`,
    ...given,
  };
  return { id: String((await world.graph('POST', '/v1.0/users', body)).id), name };
}

const adUser = async (id: string): Promise<Entry | undefined> =>
  (await world.search(`(adminDescription=User_${id})`))[0];
const applied = (event: Readonly<Record<string, unknown>>): boolean => event.result === 'applied';

/** Creates a user and waits until AD has it. */
async function written(given: Readonly<Record<string, unknown>> = {}): Promise<Person & { ad: Entry }> {
  const since = world.mark();
  const person = await createUser(given);
  await world.settled(person.id, since, applied);
  const ad = await adUser(person.id);
  if (!ad) throw new Error(`AD does not have user ${person.id}`);
  return { ...person, ad };
}

/** What somebody does with the account in AD. */
const byHand = (dn: string, type: string, value: string | Buffer): Promise<void> =>
  world.byHand((client) =>
    client.modify(
      dn,
      new Change({
        operation: 'replace',
        modification: new Attribute({ type, values: typeof value === 'string' ? [value] : [value] }),
      }),
    ),
  );
const sweep = async (): Promise<void> => {
  const answer = await world.api('/sweep', { method: 'POST', body: JSON.stringify({ kind: 'user' }) });
  expect(answer.status).toBe(202);
};
const violation = (code: string, id: string, since: number) =>
  world.event(
    (event) => event.event === 'violation.opened' && event.code === code && event.id === id,
    since,
    `${code} for ${id}`,
  );
/** Waits until the account is so; each outcome is a reason to look again. */
async function until(id: string, fits: (ad: Entry) => boolean): Promise<void> {
  for (;;) {
    const since = world.mark();
    const ad = await adUser(id);
    if (ad && fits(ad)) return;
    await world.settled(id, since);
  }
}
const patch = (id: string, body: unknown): Promise<unknown> =>
  world.graph('PATCH', `/v1.0/users/${id}`, body);

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
    expect(said).not.toContain('aA1!');
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
    const local = `e2e.very.long.name.that.goes.on.${number}`;
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
    expect((await adUser(second.id))?.values.sAMAccountName).toEqual([`e2e.sam_${second.id.slice(-12)}`]);
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
    const { id, ad } = await written();
    let since = world.mark();
    await patch(id, { department: 'Legal' });
    await world.settled(id, since, applied);
    const gone = await adUser(id);
    expect(gone?.dn).toBe(
      `CN=Person ${number}_${id.slice(-12)},OU=Quarantine,OU=EntraWriteback,${world.baseDn}`,
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
    const { id } = await createUser({ userPrincipalName: `other${number}@contoso.com` });
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
});

describe('membership', () => {
  const groupOf = async (...members: readonly string[]): Promise<string> => {
    number += 1;
    const group = await world.graph('POST', '/v1.0/groups', {
      displayName: `Users ${number}`,
      mailEnabled: false,
      mailNickname: `users${number}`,
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
    const { id } = await createUser({ userPrincipalName: `later${number}@contoso.com` });
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

describe('an account that AD has already', () => {
  const addByHand = (name: string, attributes: Readonly<Record<string, string>>, ou = 'OU=People') =>
    world.byHand((client) =>
      client.add(`CN=${name},${ou},${world.baseDn}`, {
        objectClass: 'user',
        sAMAccountName: name,
        userAccountControl: '514',
        ...attributes,
      }),
    );

  it('with the same user principal name is not taken over, and continued once it is claimed', async () => {
    const name = `claimed${number}`;
    const dn = `CN=${name},OU=Users,OU=EntraWriteback,${world.baseDn}`;
    await addByHand(name, { userPrincipalName: `e2e.${name}@lab.test` }, 'OU=Users,OU=EntraWriteback');
    const before = await find(world.account, dn);
    let since = world.mark();
    const { id } = await createUser({ userPrincipalName: `e2e.${name}@contoso.com` });
    const refused = await world.settled(id, since, (event) => event.result === 'refused');
    expect(refused.code).toBe('MARKER_CONFLICT');
    expect(String(refused.message)).toContain(`${dn} has the user principal name e2e.${name}@lab.test`);
    expect(String(refused.message)).toContain(`entra-writeback claim ${id} --kind user --dn "${dn}"`);
    await violation('MARKER_CONFLICT', id, since);
    expect(await find(world.account, dn)).toEqual(before);

    // The command that the refusal names, as a person would copy it.
    const [command = ''] = /entra-writeback claim .* --yes/.exec(String(refused.message)) ?? [];
    since = world.mark();
    const here = command.replace('entra-writeback', cli).replace('relay.yaml', world.stack.file.relayFile);
    expect((await run('sh', ['-c', here])).stdout).toContain('It keeps its GUID and SID.');
    await patch(id, { department: 'Sales' });
    // An evaluation that was under way may write the claimed account before the department is known.
    await until(id, (ad) => ad.values.department?.[0] === 'Sales');
    const claimed = await adUser(id);
    expect(claimed?.bytes.objectSid).toEqual(before?.bytes.objectSid);
    expect(claimed?.values).toMatchObject({ sAMAccountName: [`e2e.${name}`] });
    const resolved = await world.event(
      (event) => event.event === 'violation.resolved' && event.code === 'MARKER_CONFLICT' && event.id === id,
      since,
    );
    expect(resolved).toBeDefined();
  });

  it('with the same mail is not taken over either', async () => {
    const name = `samemail${number}`;
    await addByHand(name, { mail: `e2e.${name}@contoso.com` });
    const since = world.mark();
    const { id } = await createUser({
      userPrincipalName: `e2e.${name}@contoso.com`,
      mail: `e2e.${name}@contoso.com`,
    });
    const refused = await world.settled(id, since, (event) => event.result === 'refused');
    expect(refused.code).toBe('MARKER_CONFLICT');
    expect(String(refused.message)).toContain(`CN=${name},OU=People`);
  });

  it('and is another one of ours, or no account, is a collision that names it', async () => {
    const first = await written({ userPrincipalName: 'e2e.upn.of.two@contoso.com' });
    const since = world.mark();
    const { id } = await createUser({ userPrincipalName: 'e2e.upn.of.two@lab.test' });
    const refused = await world.settled(id, since, (event) => event.result === 'refused');
    expect(refused.code).toBe('NAME_COLLISION');
    expect(String(refused.message)).toContain(first.ad.dn);
  });

  it('keeps its user principal name from one of ours that is renamed to it; the rest is written', async () => {
    const name = `renamed${number}`;
    await addByHand(name, { userPrincipalName: `e2e.${name}@lab.test` });
    const { id, ad } = await written();
    const since = world.mark();
    await patch(id, { userPrincipalName: `e2e.${name}@contoso.com`, department: 'Sales' });
    await world.settled(id, since, applied);
    await violation('NAME_COLLISION', id, since);
    const after = await adUser(id);
    expect(after?.values.department).toEqual(['Sales']);
    expect(after?.values.userPrincipalName).toEqual(ad.values.userPrincipalName);
  });
});
