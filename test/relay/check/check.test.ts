import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkCatalogs } from '../../../relay/check/connections.ts';
import { exitStatus, renderJson, renderReport } from '../../../relay/check/index.ts';
import { reportOf } from '../../../relay/check/line.ts';
import { mendAccount } from '../../../relay/check/mend-account.ts';
import { SecretError } from '../../../relay/settings/secrets.ts';
import { Dn } from '../../../shared/domain/index.ts';
import { callsIn, parseArguments } from '../../docs/parse-command.ts';
import { type CheckWorld, startCheckWorld, troubles } from './world.ts';

let world: CheckWorld;
beforeAll(async () => {
  world = await startCheckWorld();
});
afterAll(() => world.forest.stop());

const groupsOnly = { settings: { classes: ['group'], containers: ['OU=EntraWriteback'] } };
const found = async (change: Parameters<CheckWorld['check']>[0] = groupsOnly) =>
  troubles(await world.check(change));
const ou = () => Dn.parse(`OU=EntraWriteback,${world.base}`);

describe('before the forest is prepared', () => {
  test('each missing container has a line with the command that makes it, and doing them all mends it', async () => {
    const all = await world.check();
    const before = troubles(all);
    expect(before.map(({ id, status }) => `${status} ${id}`)).toEqual([
      'warning deleted-objects',
      'error container',
      'error container',
      'error container',
      'error device-service',
    ]);
    expect(before[1]).toMatchObject({
      detail: `${ou()} is not there, or the account may not see it.`,
      remedy: `entra-writeback prepare groups --account svc-writeback --ou "${ou()}" ${world.asAdministrator}`,
    });
    const commands = before.map(({ remedy = '' }) => remedy);
    for (const call of await callsIn(commands.join('\n').replace(/<[\w ]+>/g, 'word'))) {
      expect(call[0]).toBe('entra-writeback');
      expect(parseArguments(call.slice(1))).toBe('complete');
    }
    for (const kind of ['group', 'user', 'device'] as const)
      await world.forest.prepare({ kind, restoreDeleted: true });
    expect(await found({})).toEqual([]);
  });
});

describe('the connection', () => {
  const directory = (over: object) => ({
    settings: {
      ...groupsOnly.settings,
      directory: {
        urls: world.forest.relay.urls,
        caFile: world.forest.relay.caFile,
        bindDn: world.forest.relay.bindDn,
        passwordEnv: 'RELAY_CHECK_PASSWORD',
        ...over,
      },
    },
  });

  test('that leads nowhere is an error, and Service Bus is checked all the same', async () => {
    const lines = await world.check(directory({ urls: ['ldaps://127.0.0.1:9'] }));
    expect(lines.map(({ id, status }) => `${status} ${id}`)).toEqual([
      'error connection',
      'ok service-bus',
      'ok policy',
    ]);
    expect(lines[0]).toMatchObject({ remedy: expect.stringContaining('firewall') });
  });

  test('to a second domain controller is checked too, and the first one that answers is asked', async () => {
    const urls = ['ldaps://127.0.0.1:9', ...world.forest.relay.urls];
    const lines = await world.check(directory({ urls }));
    expect(lines.filter(({ id }) => id === 'connection').map(({ status }) => status)).toEqual([
      'error',
      'ok',
    ]);
    expect(lines.some(({ id, status }) => id === 'rights' && status === 'ok')).toBe(true);
  });

  test('to the global catalogs of the settings is checked too, and they are named where one does not answer', async () => {
    const [url = ''] = world.forest.relay.urls;
    const globalCatalogs = [`${url}:3269`, 'ldaps://127.0.0.1:9'];
    const lines = await world.check(directory({ globalCatalogs }));
    const about = lines.filter(({ detail }) => globalCatalogs.some((one) => detail.includes(one)));
    expect(about.map(({ id, status }) => `${status} ${id}`)).toEqual([
      'ok connection',
      'ok certificate',
      'error connection',
    ]);
    expect(about[2]?.remedy).toMatch(/firewall.*\n.*globalCatalogs of relay\.yaml/);
    expect(lines.some(({ id, status }) => id === 'rights' && status === 'ok')).toBe(true);
    // The domain is the whole forest, so nobody asks its global catalog.
    expect((await world.check(directory({}))).filter(({ detail }) => detail.includes(':3269'))).toEqual([]);
    expect(await checkCatalogs(world.forest.relay, 2, () => new Date())).toMatchObject([
      { id: 'connection', status: 'ok', detail: expect.stringContaining(`${url}:3269 answers`) },
      { id: 'certificate', status: 'ok' },
    ]);
  });

  test('with a certificate of an unknown authority names the setting', async () => {
    const lines = await world.check(directory({ caFile: undefined }));
    expect(lines[0]).toMatchObject({
      id: 'certificate',
      status: 'error',
      remedy: expect.stringContaining('caFile'),
    });
  });

  test('with a wrong password is an error of the account, and it is tried once', async () => {
    process.env.RELAY_CHECK_WRONG = 'not the password';
    const [url = ''] = world.forest.relay.urls;
    const lines = await world.check(directory({ passwordEnv: 'RELAY_CHECK_WRONG', urls: [url, url] }));
    expect(lines.filter(({ id }) => id !== 'service-bus' && id !== 'policy')).toMatchObject([
      { id: 'account', status: 'error', remedy: expect.stringContaining('relay.yaml') },
    ]);
  });
});

describe('an account that AD lets nobody in with', () => {
  const set = async (type: string, value: string): Promise<void> =>
    world.plant((client) =>
      client.modify(
        world.forest.relay.account.dn,
        new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
      ),
    );

  test.each([
    ['is disabled', 'userAccountControl', '514', '512', 'Enable-ADAccount'],
    ['must change its password', 'pwdLastSet', '0', '-1', 'Set-ADUser -ChangePasswordAtLogon $false'],
    ['has expired', 'accountExpires', '1', '0', 'Clear-ADAccountExpiration'],
  ])('because it %s is mended by a command of its own', async (_, type, fault, well, command) => {
    await set(type, fault);
    const [line] = await world.lines('account', groupsOnly);
    await set(type, well);
    expect(line).toMatchObject({
      status: 'error',
      remedy: `Get-ADUser "${world.forest.relay.bindDn}" | ${command}`,
    });
    expect(await world.lines('account', groupsOnly)).toMatchObject([{ status: 'ok' }]);
  });

  test.each([
    ['svc@corp.example', 'Get-ADUser -LDAPFilter "(userPrincipalName=svc@corp.example)" | Unlock-ADAccount'],
    ['CORP\\svc', 'Get-ADUser "svc" | Unlock-ADAccount'],
  ])('is looked up by PowerShell as %s', (bindDn, remedy) => {
    expect(mendAccount(bindDn, 'AcceptSecurityContext error, data 775, v1db1')).toBe(remedy);
    expect(mendAccount(bindDn, 'AcceptSecurityContext error, data 52e, v1db1')).toBeUndefined();
  });
});

describe('clocks and certificates', () => {
  const at = (ms: number) => ({ ...groupsOnly, probes: { now: () => new Date(Date.now() + ms) } });

  test('a clock that is 100 seconds off is a warning, one that is 400 off an error', async () => {
    expect(await world.lines('clock', at(100_000))).toMatchObject([
      { status: 'warning', detail: expect.stringContaining('behind') },
    ]);
    expect(await world.lines('clock', at(-400_000))).toMatchObject([
      { status: 'error', detail: expect.stringContaining('ahead of') },
    ]);
  });

  test('a certificate is a warning in its last 30 days and an error in its last 7', async () => {
    const [now] = await world.lines('certificate', groupsOnly);
    const days = Number(/for (\d+) more days/.exec(now?.detail ?? '')?.[1]);
    const statusAfter = async (passed: number) =>
      (await world.lines('certificate', at(passed * 86_400_000)))[0]?.status;
    expect(await statusAfter(days - 32)).toBe('ok');
    expect(await statusAfter(days - 28)).toBe('warning');
    expect(await statusAfter(days - 5)).toBe('error');
  });
});

describe('what must be there before AD is asked', () => {
  test('a password that cannot be read is an error of the account, and the rest is told all the same', async () => {
    const { urls, caFile, bindDn } = world.forest.relay;
    const directory = { urls, caFile, bindDn, passwordFile: '/nowhere/password' };
    expect(await found({ settings: { ...groupsOnly.settings, directory } })).toMatchObject([
      {
        id: 'account',
        status: 'error',
        detail: expect.stringContaining('/nowhere/password'),
        remedy: expect.stringContaining('relay.yaml'),
      },
    ]);
  });

  test('a connection string that cannot be read is no matter of ports', async () => {
    const serviceBus = async () => Promise.reject(new SecretError('The file bus.txt cannot be read.'));
    expect(await found({ ...groupsOnly, probes: { serviceBus } })).toMatchObject([
      { id: 'service-bus', remedy: expect.stringMatching(/^Correct where serviceBus in relay\.yaml/) },
    ]);
  });
});

describe('source of authority', () => {
  test('that is enforced without our SID is an error, in audit mode a warning, and with our SID all right', async () => {
    const policies = `CN=SOA-Policies,CN=System,${world.base}`;
    const cloud = `CN=Cloud,${policies}`;
    const policy = (keywords: string, sids: string[]) => ({
      objectClass: 'msDS-App-Configuration',
      keywords,
      'msDS-Settings': sids,
    });
    const look = async (keywords: string, sids: string[]) => {
      await world.plant((client) => client.add(cloud, policy(keywords, sids)));
      const [line] = await world.lines('source-of-authority', groupsOnly);
      await world.plant((client) => client.del(cloud));
      return line;
    };
    await world.plant((client) => client.add(policies, { objectClass: 'container' }));
    const { sid } = world.forest.relay.account;
    const other = [`${sid}0`];
    expect(await look('Enforced', other)).toMatchObject({
      status: 'error',
      remedy: expect.stringContaining(`Add ${sid} to msDS-Settings of ${cloud}`),
    });
    expect(await look('Audit', other)).toMatchObject({ status: 'warning' });
    expect(await look('Enforced', [...other, sid])).toMatchObject({ status: 'ok' });
  });
});

describe('what is outside', () => {
  test('a namespace that cannot be reached is an error with ports and roles', async () => {
    const serviceBus = async () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));
    expect(await found({ ...groupsOnly, probes: { serviceBus } })).toMatchObject([
      {
        id: 'service-bus',
        status: 'error',
        detail: expect.stringContaining('ENOTFOUND'),
        remedy: expect.stringMatching(/5671.*443.*Data Receiver/),
      },
    ]);
  });

  test('a relay to which nothing has come yet does not know the policy', async () => {
    expect(await found({ ...groupsOnly, probes: { policySeen: async () => undefined } })).toMatchObject([
      { id: 'policy', status: 'warning' },
    ]);
  });
});

describe('the report', () => {
  test('says each line, its remedy and the sum; programs get the same as JSON and an exit status', async () => {
    const report = reportOf(
      await world.check({ ...groupsOnly, probes: { policySeen: async () => undefined } }),
    );
    expect(renderReport(report)).toMatch(/! Policy +No intent.* \[policy\]\n +→ Wait for the first change/);
    expect(renderReport(report)).toMatch(/\d+ checked, 0 errors, 1 warning\.\n$/);
    expect(JSON.parse(renderJson(report))).toEqual(report);
    expect([exitStatus(report), exitStatus(report, true)]).toEqual([0, 1]);
    expect(exitStatus(reportOf([{ id: 'clock', title: 'Clock', status: 'error', detail: '' }]))).toBe(1);
  });
});
