import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckOptions, checkCommand } from '../../../relay/check/index.ts';
import { type CheckWorld, startCheckWorld } from './world.ts';

let world: CheckWorld;
let folder: string;
beforeAll(async () => {
  world = await startCheckWorld();
  folder = await mkdtemp(join(tmpdir(), 'check-command-'));
  const [url = ''] = world.forest.relay.urls;
  await writeFile(
    join(folder, 'relay.yaml'),
    `name: relay-1
directory:
  urls: [${url}]
  caFile: ${world.forest.relay.caFile}
  bindDn: svc-writeback@lab.test
  passwordEnv: RELAY_CHECK_PASSWORD
serviceBus: { namespace: any.servicebus.windows.net }
containers: [OU=EntraWriteback]
`,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.forest.stop();
});

/** The command as somebody sees it at a console. */
async function check(options: Omit<CheckOptions, 'config'> & { readonly config?: string } = {}) {
  let said = '';
  let complained = '';
  const status = await checkCommand(
    { config: join(folder, 'relay.yaml'), ...options },
    {
      probes: (settings) => ({
        now: () => new Date(),
        serviceBus: async () => settings.serviceBus.namespace ?? '',
        policySeen: async () => undefined,
      }),
      consent: () => ({ allowPrivilegedAccount: false }),
      say: (text) => {
        said += text;
      },
      complain: (text) => {
        complained += text;
      },
    },
  );
  return { status, said, complained };
}

test('errors end it with 1, and what mends them ends it with 0, or 1 where warnings count', async () => {
  const before = await check();
  expect(before.status).toBe(1);
  expect(before.said).toMatch(/ERROR {4}Target container \[container\]: OU=EntraWriteback/);
  await world.forest.prepare({ kind: 'group' });
  expect((await check()).status).toBe(0);
  expect((await check({ strict: true })).status).toBe(1);
});

test('as JSON it can be read by programs', async () => {
  const report = JSON.parse((await check({ json: true })).said);
  expect(report.lines[0]).toMatchObject({ id: 'connection', title: 'Connection', status: 'ok' });
});

test('wrong settings or a wrong policy end it with 2 and say where', async () => {
  await writeFile(join(folder, 'wrong.yaml'), 'nam: relay-1\n');
  expect(await check({ config: join(folder, 'wrong.yaml') })).toMatchObject({
    status: 2,
    complained: expect.stringContaining('nam'),
  });
  await writeFile(join(folder, 'policy.yaml'), 'groups: [{ rul: x }]\n');
  expect(await check({ policy: join(folder, 'policy.yaml') })).toMatchObject({
    status: 2,
    complained: expect.stringContaining('rul'),
  });
  expect(await check({ policy: join(folder, 'none.yaml') })).toMatchObject({ status: 2 });
});
