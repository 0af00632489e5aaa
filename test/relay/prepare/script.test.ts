import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { type PrepareRequest, prepareCommand, type ScriptFile } from '../../../relay/prepare/index.ts';
import { renderLdif } from '../../../relay/prepare/render-ldif.ts';
import { renderPowerShell } from '../../../relay/prepare/render-powershell.ts';
import { Dn } from '../../../shared/domain/index.ts';
import { loadPolicy } from '../../../shared/policy/index.ts';
import { type Forest, startForest } from './forest.ts';

const run = promisify(execFile);
let forest: Forest;
beforeAll(async () => {
  forest = await startForest('2016');
});
afterAll(() => forest.stop());

/** The command as a person sees it. */
async function prepare(
  request: Partial<PrepareRequest> & Pick<PrepareRequest, 'kind' | 'do'>,
  agrees = true,
) {
  const said: string[] = [];
  const files: ScriptFile[] = [];
  let asked = 0;
  const status = await prepareCommand(
    { directory: forest.administrator, account: 'svc-writeback', ...request },
    {
      say: (text) => said.push(text),
      agree: async () => {
        asked += 1;
        return agrees;
      },
      save: async (file) => {
        files.push(file);
      },
    },
  );
  return { status, said: said.join(''), files, asked };
}

describe('prepare --script', () => {
  test('writes files and nothing to AD; any account that may read will do', async () => {
    const { status, files } = await prepare({ kind: 'device', do: 'script', directory: forest.relay });
    expect(status).toBe(0);
    expect(files.map(({ name }) => name)).toEqual(['prepare-devices.ps1', 'prepare-devices.ldf']);
    expect(await forest.look(`CN=RegisteredDevices,${forest.dc.baseDn}`)).toBeUndefined();
  });

  test('writes a script with each entry, its GUID and its name', async () => {
    const { files } = await prepare({ kind: 'group', do: 'script', restoreDeleted: true });
    const script = files[0]?.text ?? '';
    const { sid } = forest.relay.account;
    const group = 'bf967a9c-0de6-11d0-a285-00aa003049e2';
    expect(script).toContain(
      `New-ObjectIfAbsent 'EntraWriteback' '${forest.dc.baseDn}' 'organizationalUnit' @{  } 'OU=EntraWriteback,${forest.dc.baseDn}'`,
    );
    expect(script).toContain(
      `(Rule '${sid}' 'CreateChild, DeleteChild' '${group}' 'All' '00000000-0000-0000-0000-000000000000') # svc-writeback group`,
    );
    expect(script).toContain(
      `(Rule '${sid}' 'ReadProperty, WriteProperty' 'bf9679c0-0de6-11d0-a285-00aa003049e2' 'Descendents' '${group}') # svc-writeback member on group`,
    );
    expect(script).toContain(`dsacls 'CN=Deleted Objects,${forest.dc.baseDn}' /takeOwnership`);
    expect(script).toContain(`':LCRP')`);
  });

  test('writes a script that Windows PowerShell takes for UTF-8', async () => {
    const { files } = await prepare({ kind: 'group', do: 'script', containers: ['OU=B\u00fcro'] });
    expect([...Buffer.from(files[0]?.text ?? '').subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x23]);
    expect(files[0]?.text).toContain(`'OU=B\u00fcro,${forest.dc.baseDn}'`);
  });

  test('writes LDIF that another program loads, after which only permissions are left to do', async () => {
    const { files } = await prepare({ kind: 'device', do: 'script' });
    const folder = await mkdtemp(join(tmpdir(), 'prepare-ldif-'));
    try {
      await writeFile(join(folder, 'objects.ldf'), files[1]?.text ?? '');
      await writeFile(join(folder, 'password'), forest.dc.password, { mode: 0o600 });
      const account = ['-x', '-H', forest.dc.url, '-D', forest.dc.bindDn, '-y', join(folder, 'password')];
      await run('ldapmodify', [...account, '-f', join(folder, 'objects.ldf')], {
        env: {
          ...process.env,
          LDAPTLS_CACERT: forest.dc.caFile,
          LDAPTLS_REQCERT: 'demand',
          LDAPCONF: '/dev/null',
        },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
    const { steps } = await forest.plan({ kind: 'device' });
    expect(steps.map((step) => step.do)).toEqual(['grant', 'grant']);
  });

  test('keeps odd names inside their quotes, comments and lines', () => {
    const dn = Dn.parse("OU=Ann's ‘team’ é,DC=lab,DC=test");
    const plan = {
      steps: [{ do: 'create', dn, objectClass: 'organizationalUnit', attributes: {} }] as const,
      notes: ['line\nRemove-ADObject'],
    };
    const head = { baseDn: 'DC=lab,DC=test', account: 'a\nRemove-ADObject', kind: 'group' };
    const script = renderPowerShell(plan, head);
    expect(script).toContain("'Ann''s ‘‘team’’ é'");
    expect(script).not.toMatch(/^Remove-ADObject/m);
    const ldif = renderLdif(plan);
    expect(ldif).toContain(`dn:: ${Buffer.from(dn).toString('base64')}`);
  });
});

describe('prepare', () => {
  test('only shows when asked to show, and changes nothing when nobody agrees', async () => {
    const shown = await prepare({ kind: 'group', do: 'show' });
    expect(shown).toMatchObject({ status: 0, asked: 0 });
    expect(shown.said).toContain(`Create OU=EntraWriteback,${forest.dc.baseDn}`);
    const refused = await prepare({ kind: 'group', do: 'apply' }, false);
    expect(refused).toMatchObject({ status: 1, asked: 1 });
    expect(refused.said).toContain('Nothing was changed.');
    expect(await forest.look(`OU=EntraWriteback,${forest.dc.baseDn}`)).toBeUndefined();
  });

  test('shows names of somebody else without what moves a terminal', async () => {
    const containers = ['OU=clears \u001b[2J and \u202e turns'];
    const { said, status } = await prepare({ kind: 'group', do: 'apply', containers });
    expect(status).toBe(0);
    expect(said).toMatch(/Created OU=clears \\1B\[2J and \\E2\\80\\AE turns,/);
    for (const unseen of ['\u001b', '\u202e']) expect(said).not.toContain(unseen);
  });

  test('says first what it will do and afterwards what it did, and the second time that nothing is to do', async () => {
    const first = await prepare({ kind: 'group', do: 'apply' });
    expect(first.status).toBe(0);
    expect(first.said).toMatch(/Create OU=EntraWriteback[\s\S]*svc-writeback: create and delete group here/);
    expect(first.said).toMatch(
      /Created OU=EntraWriteback[\s\S]*Added 11 entries to the permissions of OU=EntraWriteback/,
    );
    const second = await prepare({ kind: 'group', do: 'apply' });
    expect(second).toMatchObject({ status: 0, asked: 0, said: expect.stringContaining('Nothing to do') });
  });

  test('takes places and attributes from the policy', async () => {
    const policy = loadPolicy(
      `
groups:
  - rule: By department
    ou: OU={department},OU=Teams
    attributes: { info: "{description}" }
    deletion: { hardDeleted: { mode: quarantine, quarantine: OU=Gone } }
`.replace('{department}', '{displayName}'),
    );
    if (!policy.ok) throw new Error(JSON.stringify(policy.errors));
    const { said } = await prepare({ kind: 'group', do: 'show', policy: policy.policy });
    expect(said).toContain(`Create OU=Teams,${forest.dc.baseDn}`);
    expect(said).toContain(`Create OU=Gone,${forest.dc.baseDn}`);
    expect(said).toMatch(/read and write .*\binfo\b/);
  });

  test.each([
    ['an account that does not exist', { account: 'nobody' }, /No account in lab.test answers to "nobody"/],
    ['no container', { containers: [] }, /Neither the policy nor the command says where a group goes/],
  ])('ends with 1 and a remedy for %s', async (_, request, message) => {
    const { status, said } = await prepare({ kind: 'group', do: 'apply', ...request });
    expect(status).toBe(1);
    expect(said).toMatch(message);
  });

  test('ends with 1 where the account may not do it, and says what AD said', async () => {
    const { status, said } = await prepare({ kind: 'user', do: 'apply', directory: forest.relay });
    expect(status).toBe(1);
    expect(said).toMatch(/OU=Users,OU=EntraWriteback.* 50.*Prepare as a domain administrator/);
  });

  test.each([
    ['a wrong password', { password: () => 'wrong' }, /49.*Correct --bind-dn, or .*--password-file/],
    ['an unknown authority', { caFile: undefined }, /not known.*the file of --ldap-ca/],
    ['a closed port', { urls: ['ldaps://127.0.0.1:9'] }, /ECONNREFUSED.*--ldap-url/],
  ] as const)('ends with 1 and the option to correct for %s', async (_, over, message) => {
    const directory = { ...forest.administrator, ...over };
    const { status, said } = await prepare({ kind: 'group', do: 'show', directory });
    expect(status).toBe(1);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/relay\.yaml|caFile/);
  });

  test.each([
    'DN',
    'relative DN',
    'SID',
    'UPN',
    'name at the domain',
    'domain and name',
    'DNS domain and name',
    'name in other letters',
  ])('finds the account by its %s', async (by) => {
    const { dn, sid } = forest.relay.account;
    const names: Readonly<Record<string, string>> = {
      DN: dn,
      'relative DN': dn.replace(`,${forest.dc.baseDn}`, ''),
      SID: sid,
      UPN: 'svc-writeback@lab.test',
      'name at the domain': 'svc-writeback@LAB',
      'domain and name': 'LAB\\svc-writeback',
      'DNS domain and name': 'lab.test\\SVC-writeback',
      'name in other letters': 'SVC-Writeback',
    };
    const { said } = await prepare({ kind: 'user', do: 'show', account: names[by] ?? '' });
    expect(said).toContain('svc-writeback: create and delete user');
  });

  test('takes no account of another domain for one that has the same name here', async () => {
    for (const account of ['OTHER\\svc-writeback', 'svc-writeback@other.test'])
      expect(await prepare({ kind: 'user', do: 'show', account })).toMatchObject({
        status: 1,
        said: expect.stringMatching(/^No account in lab\.test answers to/),
      });
  });

  test('takes who has exactly the name, where a managed service account has a $ more', async () => {
    const managed = `CN=svc-gmsa,CN=Users,${forest.dc.baseDn}`;
    const account = (name: string) => ({ objectClass: 'computer', sAMAccountName: name });
    await withConnection(forest.dc, async (client) => {
      await client.add(managed, account('svc-gmsa$'));
      await client.add(`CN=svc-other-managed,CN=Users,${forest.dc.baseDn}`, account('svc-other$'));
    });
    const shown = async (name: string) => (await prepare({ kind: 'user', do: 'show', account: name })).said;
    expect(await shown('LAB\\svc-gmsa')).toContain('svc-gmsa$: create and delete user');
    expect(await shown('svc-other')).toContain('svc-other: create and delete user');
  });

  test('gives rights to no account that comes with a domain, and to no distribution group; says who is in a group', async () => {
    const { baseDn } = forest.dc;
    const newGroup = (name: string, groupType: string) => ({
      objectClass: 'group',
      sAMAccountName: name,
      groupType,
    });
    await withConnection(forest.dc, async (client) => {
      await client.add(`CN=Relays,CN=Users,${baseDn}`, newGroup('Relays', '-2147483640'));
      await client.add(`CN=Letters,CN=Users,${baseDn}`, newGroup('Letters', '8'));
    });
    const shown = (account: string) =>
      prepare({ kind: 'group', do: 'show', account, containers: ['OU=New'] });
    for (const account of ['Administrator', 'Domain Users', 'Administrators', 'S-1-5-11'])
      expect(await shown(account)).toMatchObject({
        status: 1,
        said: expect.stringContaining('comes with every domain'),
      });
    expect(await shown('Letters')).toMatchObject({
      status: 1,
      said: expect.stringMatching(/^Letters is a distribution group/),
    });
    expect(await shown('Relays')).toMatchObject({
      status: 0,
      said: expect.stringMatching(/Note: Relays is a group: whoever is in it/),
    });
  });
});
