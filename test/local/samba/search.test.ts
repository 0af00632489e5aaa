import { afterAll, beforeAll, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { escapeDnValue } from '../../../local/samba/dn.ts';
import { type DomainController, startDomainController } from '../../../local/samba/domain-controller.ts';
import { find, search } from '../../../local/samba/search.ts';

let dc: DomainController;
beforeAll(async () => {
  dc = await startDomainController();
});
afterAll(() => dc.stop());

it('returns only the attributes that were asked for, identifiers as bytes', async () => {
  const [entry, ...rest] = await search(dc, dc.baseDn, '(sAMAccountName=Administrator)', [
    'cn',
    'objectSid',
    'objectGUID',
  ]);
  expect(rest).toEqual([]);
  expect(Object.keys(entry?.values ?? {}).sort()).toEqual(['cn', 'objectGUID', 'objectSid']);
  expect(entry?.bytes.objectSid?.[0]?.length).toBe(28);
  expect(entry?.bytes.objectGUID?.[0]?.length).toBe(16);
});

it('keeps to its scope', async () => {
  const users = `CN=Users,${dc.baseDn}`;
  const count = async (scope: 'base' | 'one' | 'sub') =>
    (await search(dc, users, '(objectClass=*)', ['cn'], { scope })).length;
  const [base, one, sub] = [await count('base'), await count('one'), await count('sub')];
  expect(base).toBe(1);
  expect(one).toBeGreaterThan(10);
  expect(sub).toBe(one + 1);
});

it('finds a deleted object with the control that shows them', async () => {
  const dn = `CN=Short-lived,${dc.baseDn}`;
  await withConnection(dc, async (client) => {
    await client.add(dn, { objectClass: 'group' });
    await client.del(dn);
  });
  const showDeleted = { controls: ['1.2.840.113556.1.4.417'] };
  const filter = '(&(isDeleted=TRUE)(objectClass=group))';
  expect(await search(dc, dc.baseDn, filter)).toEqual([]);
  const [tombstone] = await search(dc, dc.baseDn, filter, ['*'], showDeleted);
  expect(tombstone?.dn).toContain('DEL:');
});

it.each(['a, b', '#a', ' a ', 'a"b\\c', 'a+b;c<d>e=f', 'ä 王', '#', ' '])(
  'finds what was written as CN=%j',
  async (cn) => {
    const dn = `CN=${escapeDnValue(cn)},CN=Users,${dc.baseDn}`;
    await withConnection(dc, (client) => client.add(dn, { objectClass: 'contact' }));
    expect((await find(dc, dn))?.values.cn).toEqual([cn]);
  },
);

it('says what the server said, and the code', async () => {
  await expect(search(dc, `CN=Nobody,${dc.baseDn}`)).rejects.toMatchObject({
    code: 32,
    message: expect.stringContaining('No such object'),
  });
  await expect(search({ ...dc, password: 'wrong' }, dc.baseDn)).rejects.toMatchObject({ code: 49 });
  await expect(find({ ...dc, password: 'wrong' }, dc.baseDn)).rejects.toMatchObject({ code: 49 });
});

it('trusts no server that its authority did not sign', async () => {
  const stranger = { ...dc, caFile: '/etc/ssl/certs/ca-certificates.crt' };
  await expect(search(stranger, dc.baseDn)).rejects.toMatchObject({ code: 255 });
});
