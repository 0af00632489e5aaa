import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inheritance, maskOf, type Right } from '../../../relay/prepare/security/rights.ts';
import { Dn } from '../../../shared/domain/index.ts';
import { policyOf } from '../../shared/policy/world.ts';
import { addEntry, denyEverything } from '../prepare/permissions-by-hand.ts';
import { type CheckWorld, startCheckWorld, troubles } from './world.ts';

let world: CheckWorld;
beforeAll(async () => {
  world = await startCheckWorld();
  await world.forest.prepare({ kind: 'user', restoreDeleted: true });
});
afterAll(() => world.forest.stop());

const usersOnly = { classes: ['user'], containers: ['OU=EntraWriteback'] };
const withRule = (rule: string) => ({
  settings: usersOnly,
  policy: policyOf(`users: [{ rule: All, ${rule} }]`),
});

describe('users', () => {
  test('are all right where the forest is prepared for them', async () => {
    expect(troubles(await world.check({ settings: usersOnly }))).toEqual([]);
    expect(troubles(await world.check(withRule('upnSuffixes: { contoso.com: LAB.test }')))).toEqual([]);
  });

  test('get no suffix that the forest does not know, until somebody adds it', async () => {
    const change = withRule('upnSuffixes: { contoso.com: corp.example, fabrikam.com: lab.test }');
    expect(troubles(await world.check(change))).toMatchObject([
      {
        id: 'upn-suffixes',
        status: 'warning',
        detail: expect.stringMatching(/the suffix corp\.example, which .* \(it knows lab\.test\)/),
        remedy: 'Get-ADForest | Set-ADForest -UPNSuffixes @{Add="corp.example"}',
      },
    ]);
    const modification = new Attribute({ type: 'uPNSuffixes', values: ['corp.example'] });
    await world.plant((client) =>
      client.modify(
        `CN=Partitions,CN=Configuration,${world.base}`,
        new Change({ operation: 'add', modification }),
      ),
    );
    expect(troubles(await world.check(change))).toEqual([]);
  });

  test('of which no quarantine is there are found, with the command that makes it', async () => {
    const quarantine = `OU=Quarantine,OU=EntraWriteback,${world.base}`;
    await world.plant((client) => client.del(quarantine));
    expect(troubles(await world.check({ settings: usersOnly }))).toMatchObject([
      {
        id: 'container',
        status: 'error',
        detail: `${quarantine} is not there, or the account may not see it.`,
        remedy: `entra-writeback prepare users --account svc-writeback --ou "${quarantine}" ${world.asAdministrator}`,
      },
    ]);
    await world.forest.prepare({ kind: 'user' });
  });

  test('whose rule fills an attribute that the account may not write are found', async () => {
    const change = withRule('attributes: { info: "{department}" }');
    const found = troubles(await world.check(change));
    expect(found.map(({ id }) => id)).toEqual(['rights', 'rights']);
    expect(found[0]?.detail).toMatch(/may not write info of users\.$/);
  });

  test('whose first password cannot be looked for, or not be set, are found', async () => {
    const { session, relay } = world.forest;
    const ou = Dn.parse(`OU=Users,OU=EntraWriteback,${world.base}`);
    const denied = async (right: Right) => {
      const ace = { ...denyEverything(relay.account.sid), mask: maskOf([right]) };
      const undo = await addEntry(session, ou, {
        ...ace,
        flags: inheritance.containers | inheritance.inheritOnly,
      });
      const lines = await world.lines('rights', { settings: usersOnly });
      await undo();
      return lines.flatMap(({ status, detail }) => (status === 'ok' ? [] : detail));
    };
    expect(await denied('RP')).toEqual([
      expect.stringMatching(/may not read pwdLastSet of users\. An entry/),
    ]);
    expect(await denied('CR')).toEqual([expect.stringMatching(/may not set a first password\. An entry/)]);
  });
});
