import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { dump } from '../../../local/samba/dump.ts';
import { search } from '../../../local/samba/search.ts';
import { withSystemPath } from '../../../local/samba/system-path.ts';
import { renderPlan } from '../../../relay/prepare/index.ts';
import { maskOf } from '../../../relay/prepare/security/rights.ts';
import { Dn, Sid } from '../../../shared/domain/index.ts';
import { type Forest, startForest } from './forest.ts';
import { addEntry, denyEverything, protect } from './permissions-by-hand.ts';
import { device, writerOf } from './written.ts';

const run = promisify(execFile);
let forest: Forest;
afterEach(() => forest.stop());

/** The whole domain and its configuration, permissions and update numbers included. */
const everything = async ({ dc }: Forest): Promise<string> =>
  [await dump(dc, dc.baseDn, noise), await dump(dc, `CN=Configuration,${dc.baseDn}`, noise)].join('\n');

/** What a logon changes. */
const noise = ['badPasswordTime', 'badPwdCount', 'lastLogon', 'lastLogonTimestamp', 'logonCount'];

/** The permissions as Samba's own tool shows them. */
async function sddlAt({ dc }: Forest, dn: string): Promise<string> {
  const { stdout } = await run(
    'samba-tool',
    [
      ...['dsacl', 'get', '--configfile', dc.configuration, '--URL', join(dc.folder, 'private/sam.ldb')],
      ...['--objectdn', dn],
    ],
    { env: withSystemPath(process.env) },
  );
  return stdout;
}

describe.each(['2016', '2012_R2'] as const)('a forest with the %s schema', (schema) => {
  test('is prepared from nothing, and the second time nothing is written', async () => {
    forest = await startForest(schema);
    for (const kind of ['group', 'user', 'device'] as const) {
      const wish = { kind, restoreDeleted: true };
      const done = await forest.prepare(wish);
      expect(done.length).toBeGreaterThan(0);
      expect(done.every(({ wrote }) => wrote)).toBe(true);
    }
    const before = await everything(forest);
    for (const kind of ['group', 'user', 'device'] as const) {
      const wish = { kind, restoreDeleted: true };
      expect((await forest.plan(wish)).steps).toEqual([]);
      expect(await forest.prepare(wish)).toEqual([]);
    }
    expect(await everything(forest)).toBe(before);
  });
});

describe('a forest with the 2008_R2 schema', () => {
  test('is prepared for groups, without attributes that it does not have', async () => {
    forest = await startForest('2008_R2');
    await forest.prepare({ kind: 'group' });
    expect((await forest.plan({ kind: 'group' })).steps).toEqual([]);
    const shown = renderPlan(await forest.plan({ kind: 'group', containers: ['OU=Other'] }));
    expect(shown).toContain('adminDescription');
    expect(shown).not.toContain('msDS-ExternalDirectoryObjectId');
  });

  test('is refused for devices, with the level that it needs and the one that it has', async () => {
    forest = await startForest('2008_R2');
    const before = await everything(forest);
    await expect(forest.prepare({ kind: 'device' })).rejects.toMatchObject({
      code: 'SCHEMA_TOO_OLD',
      message: expect.stringMatching(/objectVersion 69\); this forest has 47.*adprep \/forestprep/),
    });
    expect(await everything(forest)).toBe(before);
  });

  test('takes no device from a relay that is told to write one, and says why', async () => {
    forest = await startForest('2008_R2');
    const { directory, write } = await writerOf(forest);
    await expect(write(device())).rejects.toThrow(
      'Devices need the schema of Windows Server 2012 R2 (objectVersion 69); this forest has 47.',
    );
    await directory.close();
  });
});

describe('what is given', () => {
  test('stands in AD as another tool reads it, and what was there stays', async () => {
    forest = await startForest('2016');
    const { relay, dc } = forest;
    const ou = `OU=EntraWriteback,${dc.baseDn}`;
    await withConnection(dc, (client) => client.add(ou, { objectClass: 'organizationalUnit' }));
    const entriesOf = (sddl: string) => [...sddl.matchAll(/\([^)]*\)/g)].map(([entry]) => entry);
    const before = entriesOf(await sddlAt(forest, ou));
    await forest.prepare({ kind: 'group' });
    const after = entriesOf(await sddlAt(forest, ou));
    expect(after).toEqual(expect.arrayContaining(before));
    const added = after.filter((entry) => !before.includes(entry));
    expect(added.toSorted()).toEqual(
      [
        `(OA;CI;CCDC;bf967a9c-0de6-11d0-a285-00aa003049e2;;${relay.account.sid})`,
        ...[
          'bf967919-0de6-11d0-a285-00aa003049e2', // adminDescription
          'bf96793f-0de6-11d0-a285-00aa003049e2', // cn
          'bf967950-0de6-11d0-a285-00aa003049e2', // description
          'bf967953-0de6-11d0-a285-00aa003049e2', // displayName
          '9a9a021e-4a5b-11d1-a9c3-0000f80367c1', // groupType
          'bf9679c0-0de6-11d0-a285-00aa003049e2', // member
          'bd29bf90-66ad-40e1-887b-10df070419a6', // msDS-ExternalDirectoryObjectId
          'bf967a0e-0de6-11d0-a285-00aa003049e2', // name
          '3e0abfd0-126a-11d0-a060-00aa006c33ed', // sAMAccountName
        ].map((guid) => `(OA;CIIO;RPWP;${guid};bf967a9c-0de6-11d0-a285-00aa003049e2;${relay.account.sid})`),
        '(OA;CIIO;RC;;bf967a9c-0de6-11d0-a285-00aa003049e2;OW)',
      ].toSorted(),
    );
  });

  test('includes mail attributes where the forest has Exchange, and only where mail is written', async () => {
    forest = await startForest('exchange');
    const withMail = renderPlan(await forest.plan({ kind: 'group' }));
    expect(withMail).toMatch(/mailNickname.*msExchRecipientDisplayType.*proxyAddresses/);
    const without = renderPlan(await forest.plan({ kind: 'group', mail: false }));
    expect(without).not.toMatch(/mailNickname|msExch|proxyAddresses/);
  });

  test('is added once at the outermost container and reaches those below', async () => {
    forest = await startForest('2016');
    const nested = ['OU=EntraWriteback', 'OU=Rome,OU=Italy,OU=EntraWriteback'] as const;
    const plan = await forest.plan({ kind: 'group', containers: nested });
    expect(plan.steps.map(({ do: what, dn }) => `${what} ${dn.replace(`,${forest.dc.baseDn}`, '')}`)).toEqual(
      [
        'create OU=EntraWriteback',
        'create OU=Italy,OU=EntraWriteback',
        'create OU=Rome,OU=Italy,OU=EntraWriteback',
        'grant OU=EntraWriteback',
      ],
    );
  });

  test('is added below too, where somebody has broken inheritance', async () => {
    forest = await startForest('2016');
    const containers = ['OU=EntraWriteback', 'OU=Rome,OU=Italy,OU=EntraWriteback'] as const;
    await forest.prepare({ kind: 'group', containers });
    await protect(forest.session, Dn.parse(`OU=Italy,OU=EntraWriteback,${forest.dc.baseDn}`));
    await forest.prepare({ kind: 'group', containers });
    const rome = `OU=Rome,OU=Italy,OU=EntraWriteback,${forest.dc.baseDn}`;
    expect(await sddlAt(forest, rome)).toContain(`;;${forest.relay.account.sid})`);
    expect((await forest.plan({ kind: 'group', containers })).steps).toEqual([]);
  });

  test('is said to be beaten, where an entry denies something to the account or to everybody', async () => {
    forest = await startForest('2016');
    const { session, relay } = forest;
    await forest.prepare({ kind: 'group' });
    const ou = Dn.parse(`OU=EntraWriteback,${forest.dc.baseDn}`);
    const shown = async () => renderPlan(await forest.plan({ kind: 'group' }));
    const fromAccidents = { ...denyEverything(Sid.parse('S-1-1-0')), flags: 0, mask: 0x10040 };
    await addEntry(session, ou, fromAccidents);
    expect(await shown()).toBe('Nothing to do: the forest is prepared as asked.\n');
    for (const trustee of [relay.account.sid, Sid.parse('S-1-1-0')]) {
      const undo = await addEntry(session, ou, { ...denyEverything(trustee), mask: maskOf(['DC']) });
      expect(await shown()).toMatch(
        /^Nothing to do.*\nNote: An entry of OU=EntraWriteback.* denies .* svc-writeback.*dsacls "OU=/,
      );
      await undo();
    }
  });

  test('on the whole domain comes with a warning', async () => {
    forest = await startForest('2016');
    const plan = await forest.plan({ kind: 'group', containers: [forest.dc.baseDn] });
    expect(plan.notes.join()).toContain(`on every group below ${forest.dc.baseDn}`);
    // Rights of owners are left alone there: they are about everybody's groups.
    expect(renderPlan(plan)).not.toContain('OWNER RIGHTS');
  });
});

describe('a device registration that is there', () => {
  const services = 'CN=Device Registration Services,CN=Device Registration Configuration,CN=Services';

  test('decides where devices go', async () => {
    forest = await startForest('2016');
    await forest.prepare({ kind: 'device', containers: ['CN=Devices of AD FS'] });
    const plan = await forest.plan({ kind: 'device', account: forest.other });
    expect(plan.steps.map(({ do: what, dn }) => `${what} ${dn}`)).toEqual([
      `grant CN=Devices of AD FS,${forest.dc.baseDn}`,
      `grant CN=Device Registration Configuration,CN=Services,CN=Configuration,${forest.dc.baseDn}`,
    ]);
    expect(plan.notes).toEqual([
      `Devices go into CN=Devices of AD FS,${forest.dc.baseDn}, which the device registration service names, and not into CN=RegisteredDevices,${forest.dc.baseDn}.`,
    ]);
    const same = { kind: 'device', containers: ['cn=devices OF AD fs'], restoreDeleted: true } as const;
    expect((await forest.plan(same)).notes).toEqual([]);
  });

  test('is not touched where there are two of it', async () => {
    forest = await startForest('2016');
    await forest.prepare({ kind: 'device' });
    await withConnection(forest.dc, (client) =>
      client.add(`CN=Second,${services},CN=Configuration,${forest.dc.baseDn}`, {
        objectClass: 'msDS-DeviceRegistrationService',
        'msDS-DeviceLocation': `CN=RegisteredDevices,${forest.dc.baseDn}`,
        'msDS-IsEnabled': 'TRUE',
      }),
    );
    await expect(forest.plan({ kind: 'device' })).rejects.toMatchObject({
      code: 'SEVERAL_DEVICE_SERVICES',
      message: expect.stringMatching(/CN=DeviceRegistrationService.*CN=Second|CN=Second.*CN=DeviceReg/),
    });
  });

  test('is not replaced where another class of object has its place', async () => {
    forest = await startForest('2016');
    await withConnection(forest.dc, (client) =>
      client.add(`CN=RegisteredDevices,${forest.dc.baseDn}`, { objectClass: 'container' }),
    );
    await expect(forest.plan({ kind: 'device' })).rejects.toMatchObject({
      code: 'NOT_A_CONTAINER',
      message: expect.stringContaining('is of class container and not msDS-DeviceContainer'),
    });
  });

  test('cannot have its container inside an organisational unit', async () => {
    forest = await startForest('2016');
    await expect(
      forest.plan({ kind: 'device', containers: ['CN=Devices,OU=EntraWriteback'] }),
    ).rejects.toMatchObject({
      code: 'CANNOT_CREATE',
      message: expect.stringContaining('directly below the domain'),
    });
  });
});

describe('a wish that cannot be', () => {
  test('is refused before anything is written, and says why', async () => {
    forest = await startForest('2016');
    const refused = async (wished: string, code: string, message: RegExp) =>
      expect(forest.plan({ kind: 'group', containers: [wished] }), wished).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    await refused('OU=Any,DC=elsewhere,DC=test', 'CANNOT_CREATE', /does not lie in DC=lab,DC=test/);
    const services = 'CN=Services,CN=Configuration,DC=lab,DC=test';
    await refused(services, 'CANNOT_CREATE', /CN=Services.* does not lie in DC=lab,DC=test/);
    await refused('OU=A,CN=Missing', 'CANNOT_CREATE', /CN=Missing.* only organisational units/);
    await refused('OU=A,CN=Users', 'CANNOT_CREATE', /CN=Users.* is of class container, .* no organisational/);
    await refused('CN=Administrator,CN=Users', 'NOT_A_CONTAINER', /is of class user/);
    await refused('CN=AdminSDHolder,CN=System', 'NOT_A_CONTAINER', /copies the permissions/);
    for (const wished of ['', 'EntraWriteback', 'OU=#1', 'OU=A+B', 'OU=say "x"'])
      await refused(wished, 'NOT_A_DN', /is no distinguished name/);
  });

  test('that is odd but right is done, and the second time nothing is to do', async () => {
    forest = await startForest('2016');
    const names = {
      'OU=B\u00fcro \\#1\\, \\"A\\"\\+B\\; x': 'B\u00fcro #1, "A"+B; x',
      'ou=\\#First, dc=LAB, DC=test': '#First',
      'OU="quoted, name"': 'quoted, name',
      "OU=O'Brien $HOME `id`": "O'Brien $HOME `id`",
      'OU=a/b,OU=\u65e5\u672c \u2014 \u201cx\u201d': 'a/b',
    };
    for (const [wished, name] of Object.entries(names)) {
      const containers = [wished] as const;
      await forest.prepare({ kind: 'group', containers });
      expect((await forest.plan({ kind: 'group', containers })).steps, wished).toEqual([]);
      const found = await search(forest.dc, forest.dc.baseDn, '(objectClass=organizationalUnit)', ['ou']);
      expect(found.flatMap(({ values }) => values.ou ?? [])).toContain(name);
    }
  });

  test('an attribute that is not in the schema is left out, and one of the policy that is kept', async () => {
    forest = await startForest('2016');
    const extraAttributes = ['info', 'extensionAttribute1'];
    const shown = renderPlan(await forest.plan({ kind: 'group', extraAttributes }));
    expect(shown).toContain('info');
    expect(shown).not.toContain('extensionAttribute1');
  });
});
