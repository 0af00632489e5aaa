import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refuseToStart } from '../../../relay/check/index.ts';
import type { Ace } from '../../../relay/prepare/security/ace.ts';
import { inheritance, maskOf } from '../../../relay/prepare/security/rights.ts';
import { Dn, ObjectGuid, Sid } from '../../../shared/domain/index.ts';
import { groupExtraAttributes } from '../../../shared/policy/settings/group.ts';
import { policyOf } from '../../shared/policy/world.ts';
import {
  addEntry,
  allowCreatingGroups,
  allowEverything,
  allowWritingGroups,
  denyEverything,
  denyWritingGroups,
  protect,
} from '../prepare/permissions-by-hand.ts';
import { group, writerOf } from '../prepare/written.ts';
import { type CheckWorld, startCheckWorld, troubles } from './world.ts';

let world: CheckWorld;
beforeAll(async () => {
  world = await startCheckWorld();
  await world.forest.prepare({ kind: 'group', restoreDeleted: true });
});
afterAll(() => world.forest.stop());

const groupsOnly = { settings: { classes: ['group'], containers: ['OU=EntraWriteback'] } };
const found = async (change: Parameters<CheckWorld['check']>[0] = groupsOnly) =>
  troubles(await world.check(change));
const ou = () => Dn.parse(`OU=EntraWriteback,${world.base}`);
const changeMember = (operation: 'add' | 'delete', dn: string) =>
  new Change({ operation, modification: new Attribute({ type: 'member', values: [dn] }) });

describe('too many rights', () => {
  test('an administrator is an error, a warning where relay.yaml allows it, and the relay refuses to start', async () => {
    process.env.RELAY_CHECK_ADMIN = world.forest.dc.password;
    const { bindDn } = world.forest.dc;
    const directory = {
      urls: world.forest.relay.urls,
      caFile: world.forest.relay.caFile,
      bindDn,
      passwordEnv: 'RELAY_CHECK_ADMIN',
    };
    const asAdministrator = { settings: { ...groupsOnly.settings, directory } };
    expect(await world.lines('privileges', asAdministrator)).toMatchObject([
      { status: 'error', detail: expect.stringMatching(/Domain Admins.*does not start/) },
    ]);
    const allowed = { ...asAdministrator, allowPrivilegedAccount: true };
    expect(await world.lines('privileges', allowed)).toMatchObject([{ status: 'warning' }]);
    expect(await world.lines('elsewhere', allowed)).toMatchObject([
      {
        status: 'warning',
        detail: expect.stringContaining(`the permissions of CN=AdminSDHolder,CN=System,${world.base}`),
      },
    ]);

    const administrator = world.forest.administrator;
    expect(await refuseToStart(administrator, { allowPrivilegedAccount: false })).toMatch(
      /CN=Administrator.*Domain Admins.*allowPrivilegedAccount: true/,
    );
    expect(await refuseToStart(administrator, { allowPrivilegedAccount: true })).toBeUndefined();
    expect(await refuseToStart(world.forest.relay, { allowPrivilegedAccount: false })).toBeUndefined();
  });

  test('a membership through another group counts', async () => {
    const nested = `CN=Nested,${ou()}`;
    await world.plant(async (client) => {
      await client.add(nested, {
        objectClass: 'group',
        sAMAccountName: 'Nested',
        member: world.forest.relay.account.dn,
      });
      await client.modify(`CN=Domain Admins,CN=Users,${world.base}`, changeMember('add', nested));
    });
    expect(await refuseToStart(world.forest.relay, { allowPrivilegedAccount: false })).toMatch(
      /Domain Admins/,
    );
    await world.plant((client) => client.del(nested));
    expect(await refuseToStart(world.forest.relay, { allowPrivilegedAccount: false })).toBeUndefined();
  });

  test('rights on CN=Users are a warning that names it', async () => {
    await addEntry(
      world.forest.session,
      Dn.parse(`CN=Users,${world.base}`),
      allowCreatingGroups(world.forest.relay.account.sid),
    );
    expect(await found()).toMatchObject([
      {
        id: 'elsewhere',
        status: 'warning',
        detail: `The account may create group in CN=Users,${world.base}.`,
        remedy: expect.stringMatching(/^Remove these entries.*:\ndsacls "CN=Users,DC=lab,DC=test"$/),
      },
    ]);
    await world.forest.dc.reset();
    await remake();
  });

  test('rights on every attribute, on other classes and on the permissions of its OU are a warning', async () => {
    await addEntry(world.forest.session, ou(), allowWritingGroups(world.forest.relay.account.sid));
    expect(await found()).toMatchObject([
      {
        id: 'too-many-rights',
        status: 'warning',
        detail: expect.stringContaining('write every attribute of every group below, of which'),
        remedy: `Remove the entries that give it; what is needed entra-writeback prepare gives again:\ndsacls "${ou()}"`,
      },
    ]);
    const undo = await addEntry(world.forest.session, ou(), allowEverything(world.forest.relay.account.sid));
    expect(await found()).toMatchObject([
      {
        id: 'too-many-rights',
        detail: expect.stringMatching(
          /create .*; change the container itself.*; change its permissions or its owner/,
        ),
      },
    ]);
    await undo();
    await world.forest.dc.reset();
    await remake();
  });
});

describe('rights that somebody denies', () => {
  test('are found with whom the entry names, and with the command that lists it instead of one that gives nothing', async () => {
    const { sid } = world.forest.relay.account;
    const denied = async (ace: Ace) => {
      const undo = await addEntry(world.forest.session, ou(), ace);
      const lines = await found();
      await undo();
      return lines;
    };
    const whole = { effect: 'deny', flags: 0, mask: maskOf(['DC']) } as const;
    expect(await denied({ ...whole, trustee: Sid.parse('S-1-1-0') })).toMatchObject([
      {
        id: 'rights',
        status: 'error',
        detail: `In ${ou()} the account may not delete groups. An entry denies it to Everyone (S-1-1-0), which beats what allows it.`,
        remedy: `dsacls "${ou()}"`,
      },
    ]);
    const everything = await denied(denyWritingGroups(sid));
    expect(everything).toMatchObject([
      {
        id: 'rights',
        detail: expect.stringMatching(
          /may not write adminDescription, .*member.* denies it to svc-writeback/,
        ),
        remedy: `dsacls "${ou()}"`,
      },
    ]);
    expect(await found()).toEqual([]);
  });

  test('on a group that was written are found on the group', async () => {
    const relay = await writerOf(world.forest);
    const desired = group();
    await relay.write(desired);
    const dn = Dn.parse(`CN=${desired.commonName},${ou()}`);
    const denies = { ...denyEverything(world.forest.relay.account.sid), mask: maskOf(['WP']) };
    const undo = await addEntry(world.forest.session, dn, denies);
    expect(await found()).toMatchObject([
      {
        id: 'rights-tested',
        detail: expect.stringMatching(/write .*member.* denies it to svc-writeback/),
        remedy: `dsacls "${dn}"`,
      },
    ]);
    await undo();
    await world.plant((client) => client.del(dn));
    await relay.directory.close();
  });
});

describe('rights over what stands below', () => {
  const below = { effect: 'allow', flags: inheritance.containers | inheritance.inheritOnly } as const;
  /** schemaIDGUID of info and of computer, the property set of personal information, and Reset Password (MS-ADA, MS-ADSC, MS-ADTS). */
  const guids = {
    info: 'bf96793e-0de6-11d0-a285-00aa003049e2',
    computer: 'bf967a86-0de6-11d0-a285-00aa003049e2',
    personal: '77b5b886-944a-11d1-aebd-0000f80367c1',
    reset: '00299570-246d-11d0-a768-00aa006e0529',
  };
  test.each([
    ['one attribute', ['WP'], guids.info, undefined, 'write info of all objects below'],
    [
      'a property set',
      ['RP', 'WP'],
      guids.personal,
      undefined,
      'write Personal-Information of all objects below',
    ],
    ['another class', ['WP'], undefined, guids.computer, 'write every attribute of every computer below'],
    [
      'passwords',
      ['CR'],
      guids.reset,
      undefined,
      'use the right User-Force-Change-Password on all objects below',
    ],
    ['every right', ['CR'], undefined, undefined, 'use every extended right on all objects below'],
    [
      'permissions',
      ['WD'],
      undefined,
      guids.computer,
      'change the permissions or the owner of every computer below',
    ],
  ] as const)('that writeback does not need are named: %s', async (_, rights, type, onClass, words) => {
    const undo = await addEntry(world.forest.session, ou(), {
      ...below,
      mask: maskOf(rights),
      trustee: world.forest.relay.account.sid,
      objectType: type === undefined ? undefined : ObjectGuid.parse(type),
      inheritedObjectType: onClass === undefined ? undefined : ObjectGuid.parse(onClass),
    });
    const policy = policyOf('groups: [{ rule: All }]');
    const lines = troubles(await world.check({ ...groupsOnly, policy }));
    await undo();
    expect(lines).toMatchObject([
      { id: 'too-many-rights', status: 'warning', detail: expect.stringContaining(words) },
    ]);
    expect(await found()).toEqual([]);
  });

  test('are told together, and not all of them where there are many', async () => {
    const attributes = [...groupExtraAttributes.slice(0, 6), 'managedBy'];
    await world.forest.prepare({ kind: 'group', extraAttributes: attributes });
    const policy = policyOf('groups: [{ rule: All }]');
    expect(troubles(await world.check({ ...groupsOnly, policy }))).toMatchObject([
      {
        id: 'too-many-rights',
        detail: expect.stringMatching(/may also write (\w+, ){4}\w+ and 2 more of every group below\.$/),
      },
    ]);
    expect(await found()).toMatchObject([
      {
        id: 'too-many-rights',
        detail: expect.stringMatching(/may also write managedBy of every group below\.$/),
      },
    ]);
    await world.forest.dc.reset();
    await remake();
  });

  test('are no more than needed, where a policy that is not at hand may fill the attribute', async () => {
    const entry = { ...below, mask: maskOf(['WP']), objectType: ObjectGuid.parse(guids.info) };
    const { sid } = world.forest.relay.account;
    const undo = await addEntry(world.forest.session, ou(), { ...entry, trustee: sid });
    expect(await found()).toEqual([]);
    await undo();
  });
});

/** The forest as installed, prepared for groups. */
async function remake(): Promise<void> {
  await world.forest.stop();
  world = await startCheckWorld();
  await world.forest.prepare({ kind: 'group', restoreDeleted: true });
}

describe('rights on groups', () => {
  beforeEach(async () => {
    expect(await found()).toEqual([]);
  });

  test('that miss an attribute of the policy name it, with the command', async () => {
    const policy = policyOf('groups: [{ rule: All, attributes: { info: "{description}" } }]');
    expect(await found({ ...groupsOnly, policy, policyFile: 'policy.yaml' })).toMatchObject([
      {
        id: 'rights',
        status: 'error',
        detail: `In ${ou()} the account may not write info of groups.`,
        remedy: `entra-writeback prepare groups --account svc-writeback --ou "${ou()}" --policy policy.yaml ${world.asAdministrator}`,
      },
    ]);
  });

  test('where the policy goes to a place that relay.yaml does not allow are an error', async () => {
    const policy = policyOf('groups: [{ rule: All, ou: OU=Elsewhere }]');
    expect(await found({ ...groupsOnly, policy })).toMatchObject([
      {
        id: 'container',
        status: 'error',
        detail: expect.stringContaining(
          `groups into OU=Elsewhere,${world.base}, which relay.yaml does not allow`,
        ),
      },
    ]);
  });

  test('in a container that cannot hold any are an error', async () => {
    const settings = { classes: ['group'], containers: [`CN=Administrator,CN=Users,${world.base}`] };
    expect(await found({ settings })).toMatchObject([
      {
        id: 'container',
        status: 'error',
        detail: expect.stringContaining('is of class user; groups need organizationalUnit'),
      },
    ]);
  });

  test('are asked about a group that was written, where somebody has broken inheritance', async () => {
    const relay = await writerOf(world.forest);
    const desired = group();
    await relay.write(desired);
    const dn = Dn.parse(`CN=${desired.commonName},${ou()}`);
    expect(await world.lines('rights-tested', groupsOnly)).toMatchObject([
      { status: 'ok', detail: expect.stringContaining(dn) },
    ]);
    await protect(world.forest.session, dn);
    expect(await found()).toMatchObject([
      {
        id: 'rights-tested',
        status: 'error',
        detail: expect.stringMatching(
          /does not let the account write .*member.*Its inheritance is broken, so/,
        ),
        remedy: `dsacls "${dn}" /P:N`,
      },
    ]);
    await world.plant((client) =>
      client.modify(
        dn,
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'adminCount', values: ['1'] }),
        }),
      ),
    );
    expect(await found()).toMatchObject([
      {
        id: 'rights-tested',
        detail: expect.stringContaining('adminCount 1'),
        remedy: expect.stringMatching(/rule the domain, then:\nSet-ADObject "CN=.*\ndsacls "CN=.* \/P:N$/),
      },
    ]);
    await world.plant((client) => client.del(dn));
    await relay.directory.close();
  });
});
