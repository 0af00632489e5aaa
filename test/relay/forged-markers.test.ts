import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import { sidToText } from '../../local/samba/identifiers.ts';
import { find } from '../../local/samba/search.ts';
import { markerOf, type ObjectRef } from '../../shared/domain/index.ts';
import { bySid, complete, delta, desiredGroup, desiredUser, removeIntent, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

/**
 * AD lets every user write msDS-ExternalDirectoryObjectId on the own account (Personal-Information). Here one does, bound
 * as herself, in each of the ways in which a marker there could be to her advantage.
 */

const password = 'Corr3ct-Horse!';
let world: World;
let eve: { readonly dn: string; readonly sid: string };
beforeAll(async () => {
  world = await startWorld(
    { classes: ['group', 'user'], containers: ['OU=EntraWriteback'] },
    { asAdministrator: true },
  );
  const [, , , , person] = world.seeded.people;
  eve = person ?? expect.unreachable();
  await givePassword(eve.dn);
});
afterAll(() => world.stop());

const replace = (type: string, ...values: readonly (string | Buffer)[]): Change =>
  new Change({
    operation: 'replace',
    modification: new Attribute({ type, values: values.map((value) => Buffer.from(value)) }),
  });
const givePassword = (dn: string): Promise<void> =>
  withConnection(world.dc, (administrator) =>
    administrator.modify(dn, replace('unicodePwd', Buffer.from(`"${password}"`, 'utf16le'))),
  );
/** What only somebody who is bound as this user can do. */
const writesOnOwnAccount = async (dn: string, marker: ObjectRef): Promise<void> => {
  const account = { ...world.dc, bindDn: dn, password };
  await withConnection(account, (self) =>
    self.modify(dn, replace('msDS-ExternalDirectoryObjectId', markerOf(marker))),
  );
  const kept = await find(world.dc, dn, ['msDS-ExternalDirectoryObjectId']);
  expect(kept?.values['msDS-ExternalDirectoryObjectId']).toEqual([markerOf(marker)]);
};
const dnOf = (desired: { readonly commonName: string }): string =>
  `CN=${desired.commonName},${world.seeded.writebackOu}`;

describe('a user who writes a marker on the own account', () => {
  test('may not do so in adminDescription', async () => {
    const account = { ...world.dc, bindDn: eve.dn, password };
    const forging = withConnection(account, (self) =>
      self.modify(eve.dn, replace('adminDescription', markerOf(desiredGroup()))),
    );
    await expect(forging).rejects.toMatchObject({ code: 50 });
  });

  test('of a group that she is to lose, loses it all the same', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete([bySid(eve.sid)])));
    await writesOnOwnAccount(eve.dn, desired);
    expect(await world.outcomeOf(writeIntent(desired, delta([], [bySid(eve.sid)])))).toMatchObject({
      result: 'applied',
      membersRemoved: 1,
    });
    expect(await world.membersOf(dnOf(desired))).toEqual([]);
  });

  test('of a nested group that is not in AD does not become a member in its place', async () => {
    const outer = desiredGroup();
    const nested = desiredGroup();
    await writesOnOwnAccount(eve.dn, nested);
    const reference = { by: 'marker', kind: 'group', id: nested.id } as const;
    const outcome = await world.outcomeOf(writeIntent(outer, complete([reference])));
    expect(outcome.leftOut).toMatchObject([{ id: nested.id, reason: 'NOT_IN_AD' }]);
    expect(await world.membersOf(dnOf(outer))).toEqual([]);
  });

  test('of a nested group that is a member does not keep the nested group from being found', async () => {
    const [outer, nested] = [desiredGroup(), desiredGroup()];
    await world.outcomeOf(writeIntent(nested, complete([])));
    await writesOnOwnAccount(eve.dn, nested);
    const reference = { by: 'marker', kind: 'group', id: nested.id } as const;
    await world.outcomeOf(writeIntent(outer, complete([reference])));
    expect(await world.membersOf(dnOf(outer))).toEqual([dnOf(nested)]);
  });

  test('of a group that is wanted does not stay a member by it', async () => {
    const [outer, nested] = [desiredGroup(), desiredGroup()];
    const { dn, sid } = await madeByHand();
    await world.outcomeOf(writeIntent(outer, complete([bySid(sid)])));
    expect(await world.membersOf(dnOf(outer))).toEqual([dn]);
    await writesOnOwnAccount(dn, nested);
    const outcome = await world.outcomeOf(
      writeIntent(outer, complete([{ by: 'marker', kind: 'group', id: nested.id }])),
    );
    expect(outcome).toMatchObject({ membersRemoved: 1 });
    expect(await world.membersOf(dnOf(outer))).toEqual([]);
  });

  test.each(['group', 'user'] as const)(
    'that is another one (%s) than hers is disabled all the same',
    async (kind) => {
      const { desired, dn } = await hiredByUs();
      await writesOnOwnAccount(dn, { kind, id: desiredGroup().id });
      const outcome = await world.outcomeOf(removeIntent({ kind: 'user', id: desired.id }, 'disable'));
      expect(outcome).toMatchObject({ result: 'applied', violations: [] });
      expect((await world.look(dn, ['userAccountControl']))?.values.userAccountControl).toEqual(['514']);
    },
  );

  test('has it put right by the next write', async () => {
    const { desired, dn } = await hiredByUs();
    await writesOnOwnAccount(dn, desiredUser());
    await world.outcomeOf(writeIntent(desired));
    const kept = await world.look(dn, ['msDS-ExternalDirectoryObjectId']);
    expect(kept?.values['msDS-ExternalDirectoryObjectId']).toEqual([markerOf(desired)]);
  });

  test('and is deleted does not come back as the group', async () => {
    const { dn } = await madeByHand();
    const desired = desiredGroup();
    await writesOnOwnAccount(dn, desired);
    await withConnection(world.dc, (administrator) => administrator.del(dn));
    const outcome = await world.outcomeOf(writeIntent(desired, complete([])));
    expect(outcome.plan.operations).toMatchObject([{ op: 'create' }]);
    expect((await world.look(dnOf(desired), ['objectClass']))?.values.objectClass).toEqual(['top', 'group']);
    expect(await world.look(dn)).toBeUndefined();
  });
});

/** A user whom we wrote, who is enabled and has a password. */
async function hiredByUs() {
  const desired = desiredUser();
  await world.outcomeOf(writeIntent(desired));
  const dn = dnOf(desired);
  await enable(dn);
  return { desired, dn };
}

let made = 0;

/** An account among ours that has nothing to do with us. */
async function madeByHand() {
  made += 1;
  const dn = `CN=By hand ${made},${world.seeded.writebackOu}`;
  await withConnection(world.dc, (administrator) => administrator.add(dn, { objectClass: 'user' }));
  await enable(dn);
  const { bytes } = (await world.look(dn, ['objectSid'])) ?? expect.unreachable();
  return { dn, sid: sidToText(bytes.objectSid?.[0] ?? Buffer.alloc(0)) };
}

async function enable(dn: string): Promise<void> {
  await givePassword(dn);
  await withConnection(world.dc, (administrator) =>
    administrator.modify(dn, replace('userAccountControl', '512')),
  );
}
