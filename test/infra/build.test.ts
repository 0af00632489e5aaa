import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../../infra/package/folders.ts';
import { confirmWebhook } from '../../infra/setup/index.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { unpack } from './unpack.ts';

/** What `npm run build` makes is what runs: the whole stack starts from the zip files, far from the sources. */

const run = promisify(execFile);
let out: string;
let said: string;
let installed: string;
let world: World;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'entra-writeback-build-'));
  const build = [join(repository, 'infra/build.ts'), '--out', out];
  said = (await run(process.execPath, build, { cwd: out })).stdout;
  installed = join(out, 'installed');
  await mkdir(installed);
  for (const part of ['functions', 'relay']) {
    const archive = new Uint8Array(await readFile(join(out, `entra-writeback-${part}.zip`)));
    await rename(await unpack(archive), join(installed, part));
  }
  world = await startWorld({ built: installed });
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await rm(out, { recursive: true, force: true });
});

test('every file is printed with the digest that it has', async () => {
  const lines = said.trim().split('\n');
  expect(lines.length).toBeGreaterThan(12);
  for (const line of lines) {
    const [, digest = '', file = ''] = /^([0-9a-f]{64}) {2}(\S+) {2}\d+ KB$/.exec(line) ?? [];
    const contents = await readFile(join(out, file));
    expect(createHash('sha256').update(contents).digest('hex')).toBe(digest);
  }
});

test('the folder that azd deploys and the zip hold the same', async () => {
  const names = (await readdir(join(out, 'functions'))).sort();
  expect((await readdir(join(installed, 'functions'))).sort()).toEqual(names);
  for (const name of names) {
    const [one, other] = await Promise.all(
      [out, installed].map((folder) => readFile(join(folder, 'functions', name))),
    );
    expect(other).toEqual(one);
  }
});

test('a change of Graph is in AD, through functions and a relay that were unpacked from the zips', async () => {
  const since = world.mark();
  const { id } = await world.graph('POST', '/v1.0/groups', {
    displayName: 'Packaged',
    groupTypes: ['Unified'],
    mailEnabled: true,
    mailNickname: 'packaged',
    securityEnabled: false,
  });
  await world.settled(String(id), since, ({ result }) => result === 'applied');
  expect((await world.adGroup(String(id)))?.values.displayName).toEqual(['Packaged']);
});

test('the packaged functions register their webhook themselves, and setup sees it', async () => {
  const shown: string[] = [];
  const look = {
    status: async () => (await world.api('/status')).json(),
    again: async () => false,
    now: () => new Date(),
  };
  expect(await confirmWebhook(look, (text) => shown.push(text))).toBe(true);
  expect(shown.join()).toMatch(/✓ \/groups: subscribed until/);
});

test('the commands of the relay machine, unpacked, find the forest ready', async () => {
  const check = [
    join(installed, 'relay/entra-writeback.mjs'),
    'check',
    '--config',
    world.stack.file.relayFile,
  ];
  const { stdout } = await run(process.execPath, check, { cwd: out, env: {} });
  expect(stdout).toMatch(/service-bus|Service Bus/);
});
