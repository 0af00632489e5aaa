import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GroupType, groupTypeOf, read, refusal, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const person = (index: number) => {
  const found = world.seeded.people[index];
  if (found === undefined) throw new Error('not seeded');
  return found;
};

describe('names', () => {
  it('of 64 characters are the longest, in an add and in a rename', async () => {
    const group = { objectClass: 'group' };
    await world.client.add(world.dn('a'.repeat(64)), group);
    await expect(world.client.add(world.dn('b'.repeat(65)), group)).rejects.toMatchObject(
      refusal(19, '00002082'),
    );
    const rename = world.client.modifyDN(world.dn('a'.repeat(64)), `CN=${'c'.repeat(65)}`);
    await expect(rename).rejects.toMatchObject(refusal(19, '00002082'));
  });

  it('of accounts have 20 characters for users, and more for groups', async () => {
    const name = (length: number) => 'n'.repeat(length);
    await world.client.add(world.dn('long group'), { objectClass: 'group', sAMAccountName: name(40) });
    await world.client.add(world.dn('user'), { objectClass: 'user', sAMAccountName: name(20) });
    const longer = { objectClass: 'user', sAMAccountName: name(21) };
    await expect(world.client.add(world.dn('long user'), longer)).rejects.toMatchObject(
      refusal(19, '00000523'),
    );
    const renamed = world.modify(world.dn('user'), 'replace', 'sAMAccountName', [name(22)]);
    await expect(renamed).rejects.toMatchObject(refusal(19, '00000523'));
  });
});

describe('nesting', () => {
  const scopes = ['global', 'universal', 'domainLocal'] as const;
  // Rows: the group; columns: the member.
  const table: Readonly<Record<GroupType, Readonly<Record<GroupType, string | undefined>>>> = {
    global: { global: undefined, universal: '00002145', domainLocal: '00002144' },
    universal: { global: undefined, universal: undefined, domainLocal: '00002146' },
    domainLocal: { global: undefined, universal: undefined, domainLocal: undefined },
  };
  const cases = scopes.flatMap((group) =>
    scopes.map((member) => [member, group, table[group][member]] as const),
  );

  it.each(cases)('of a %s group in a %s group: %s', async (member, group, code) => {
    const inner = await world.group(`${member} for ${group}`, member);
    const outer = await world.group(`${group} with ${member}`, group);
    const added = world.modify(outer, 'add', 'member', [inner]);
    const created = world.group(`new ${group} with ${member}`, group, [inner]);
    if (code === undefined) await expect(Promise.all([added, created])).resolves.toBeDefined();
    else {
      await expect(added).rejects.toMatchObject(refusal(53, code));
      await expect(created).rejects.toMatchObject(refusal(53, code));
    }
  });

  it.each([
    ['global', 'universal', 'a global group', 'parent', 'global', '00002182'],
    ['domainLocal', 'universal', 'a domain local member', 'member', 'domainLocal', '00002146'],
    ['universal', 'global', 'a universal member', 'member', 'universal', '00002145'],
    ['universal', 'domainLocal', 'a universal parent', 'parent', 'universal', '00002146'],
  ] as const)(
    'keeps a %s group with its scope (not %s) because of %s',
    async (from, to, _why, side, scope, code) => {
      const other = await world.group(`${side} of ${from} to ${to}`, scope);
      const group = await world.group(`${from} to ${to}`, from, side === 'member' ? [other] : []);
      if (side === 'parent') await world.modify(other, 'add', 'member', [group]);
      const change = () => world.modify(group, 'replace', 'groupType', [groupTypeOf(to)]);
      await expect(change()).rejects.toMatchObject(refusal(53, code));
      const [at, member] = side === 'member' ? [group, other] : [other, group];
      await world.modify(at, 'delete', 'member', [member]);
      await expect(change()).resolves.toBeUndefined();
    },
  );
});

describe('member values', () => {
  it('that are there already, that are not there, and that name nothing are answered as AD does', async () => {
    const group = await world.group('results', 'universal', [person(0).dn]);
    const add = world.modify(group, 'add', 'member', [person(0).dn]);
    await expect(add).rejects.toMatchObject(refusal(68, '00000562'));
    const remove = world.modify(group, 'delete', 'member', [person(1).dn]);
    await expect(remove).rejects.toMatchObject(refusal(53, '00000561'));
    const ghost = world.modify(group, 'add', 'member', [world.dn('ghost')]);
    await expect(ghost).rejects.toMatchObject(refusal(32, '00000525'));
  });

  it('may not name an object twice, in one form or in two', async () => {
    const group = await world.group('twice', 'universal');
    const { dn, sid } = person(0);
    for (const values of [
      [dn, dn.toUpperCase()],
      [dn, `<SID=${sid}>`],
    ]) {
      const add = world.modify(group, 'add', 'member', values);
      await expect(add).rejects.toMatchObject(refusal(20, '00002083'));
    }
    await world.modify(group, 'add', 'member', [dn, `<SID=${person(1).sid}>`]);
  });
});

describe('large answers', () => {
  beforeAll(async () => {
    const contacts = Array.from(
      { length: 1_600 },
      (_, index) => `CN=contact ${index},${world.seeded.peopleOu}`,
    );
    await Promise.all(contacts.map((dn) => world.client.add(dn, { objectClass: 'contact' })));
    await world.group('large', 'universal', contacts);
  });

  it('have at most 1,500 members and say which', async () => {
    const whole = await read(world.client, world.dn('large'), ['member']);
    expect(whole['member;range=0-1499']).toHaveLength(1_500);
    expect(whole.member).toEqual([]);
    const first = await read(world.client, world.dn('large'), ['member;range=0-4999']);
    expect(first['member;range=0-1499']).toHaveLength(1_500);
    const rest = await read(world.client, world.dn('large'), ['member;range=1500-*']);
    expect(rest['member;range=1500-*']).toHaveLength(100);
  });

  it('have at most 1,000 entries, unless pages are asked for', async () => {
    const filter = '(objectClass=contact)';
    const all = world.client.search(world.dc.baseDn, { filter, attributes: ['cn'] });
    await expect(all).rejects.toMatchObject(refusal(4, '00002023'));
    const paged = await world.client.search(world.dc.baseDn, {
      filter,
      attributes: ['cn'],
      paged: { pageSize: 1000 },
    });
    expect(paged.searchEntries).toHaveLength(1_600);
    const some = await world.client.search(world.dc.baseDn, { filter, attributes: ['cn'], sizeLimit: 7 });
    expect(some.searchEntries).toHaveLength(7);
  });
});

describe('values', () => {
  it('that are too long are 19, and those of the wrong syntax stay 21', async () => {
    const group = await world.group('values', 'universal');
    const long = world.modify(group, 'replace', 'displayName', ['x'.repeat(257)]);
    await expect(long).rejects.toMatchObject(refusal(19, '00002082'));
    const wrong = world.modify(group, 'replace', 'groupType', ['ten']);
    await expect(wrong).rejects.not.toMatchObject({ code: 19 });
    await world.modify(group, 'replace', 'displayName', ['x'.repeat(256)]);
  });

  it('that enable an account want a password', async () => {
    const user = { objectClass: 'user', sAMAccountName: 'nopassword' };
    const enabled = world.client.add(world.dn('enabled'), { ...user, userAccountControl: '512' });
    await expect(enabled).rejects.toMatchObject(refusal(53, '0000052D'));
    await world.client.add(world.dn('disabled'), { ...user, userAccountControl: '514' });
    const enable = () => world.modify(world.dn('disabled'), 'replace', 'userAccountControl', ['512']);
    await expect(enable()).rejects.toMatchObject(refusal(53, '0000052D'));
  });
});

it('a rename into a parent that is not there is 80, and says so in a code of its own', async () => {
  const group = await world.group('to nowhere', 'universal');
  const rename = world.client.modifyDN(group, `CN=to nowhere,OU=missing,${world.dc.baseDn}`);
  await expect(rename).rejects.toMatchObject(refusal(80, '00002089'));
});

it('without rules everything passes as Samba says it', async () => {
  const lax = await startWorld({ rules: 'none' });
  await lax.client.add(lax.dn('a'.repeat(65)), { objectClass: 'group' });
  const group = await lax.group('lax', 'universal', [lax.seeded.groups.domainLocal.dn]);
  const again = lax.modify(group, 'add', 'member', [lax.seeded.groups.domainLocal.dn]);
  await expect(again).rejects.toMatchObject(refusal(68, 'already exists'));
  await lax.stop();
});
