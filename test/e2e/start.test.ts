import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

/** `npm start` as a person sees it: what it says, what Ctrl-C leaves behind, and what it refuses. */

const script = resolve(import.meta.dirname, '../../local/start.ts');
/** In the environment of everything that a start leads to, so that what is left can be found. */
const trace = `started-by-${randomUUID()}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entra-writeback-start-'));
});
afterAll(async () => {
  for (const left of await processesWithTrace()) process.kill(Number.parseInt(left, 10), 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

type Started = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number>;
};

/** Starts it in a terminal of its own, whose group of processes gets the signals. */
function start(
  [command = '', ...before]: readonly string[] = [process.execPath],
  directory = folder,
  ...args: readonly string[]
): Started {
  const child = spawn(command, [...before, script, '--directory', directory, ...args], {
    env: { ...process.env, TRACE: trace, NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (output += String(part)));
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => Number(code)) };
}

/** Waits until it says so. Rejects when it ends before. */
const says = (started: Started, text: string): Promise<void> =>
  new Promise((done, fail) => {
    const look = () => started.output().includes(text) && done();
    started.child.stdout?.on('data', look);
    void started.ended.then((code) => fail(new Error(`It ended with ${code}: ${started.output()}`)));
  });

/** What was killed at the end takes some milliseconds to be gone. */
const nothingIsLeft = (): Promise<void> =>
  vi.waitFor(async () => expect(await processesWithTrace()).toEqual([]), 5000);

/** Id and command of every process that a start has led to. */
async function processesWithTrace(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.includes(`TRACE=${trace}`)) return [];
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return [`${pid} ${command.replaceAll('\0', ' ')}`];
    }),
  );
  return found.flat();
}

test('it says where everything is, refuses a second one, and Ctrl-C leaves nothing running and no secret', async () => {
  const first = start();
  await says(first, 'Ctrl-C stops everything.');
  for (const name of ['stack.json', 'env.sh', 'relay-password'])
    expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  const stack = JSON.parse(await readFile(join(folder, 'stack.json'), 'utf8')) as {
    functions: { url: string; key: string };
    graph: { url: string };
    ldap: { url: string };
  };
  for (const url of [stack.functions.url, stack.graph.url, stack.ldap.url])
    expect(first.output()).toContain(url);
  expect(first.output()).toMatch(/\. \S+\/env\.sh/);

  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`is running already: ${stack.functions.url}`);

  process.kill(-(first.child.pid ?? 0), 'SIGINT');
  expect(await first.ended).toBe(0);
  expect(first.output()).toMatch(/Stopping …\n$/);
  await nothingIsLeft();
  await expect(fetch(stack.functions.url)).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual([
    'alerts.yaml',
    'graph-ca.pem',
    'policy.yaml',
    'relay.yaml',
  ]);
}, 120_000);

test('a start after that works, keeps a policy that was changed, and ends with the first signal to end', async () => {
  const policy = join(folder, 'policy.yaml');
  const changed = `# ours\n${await readFile(policy, 'utf8')}`;
  await writeFile(policy, changed);
  const again = start();
  await says(again, 'Ctrl-C stops everything.');
  expect(await readFile(policy, 'utf8')).toBe(changed);
  again.child.kill('SIGTERM');
  expect(await again.ended).toBe(0);
  await nothingIsLeft();
}, 120_000);

test('a signal to end while it starts leaves nothing running either', async () => {
  const early = start();
  // Samba writes first of all, so by then the parts are on their way.
  await vi.waitFor(async () => expect((await processesWithTrace()).length).toBeGreaterThan(1), 10_000);
  early.child.kill('SIGTERM');
  expect(await early.ended).toBe(0);
  expect(early.output()).toBe('Stopping …\n');
  await nothingIsLeft();
}, 120_000);

/** How root becomes an ordinary user. In a user namespace nobody else is known, and `npm start` is inside already. */
async function asOrdinaryUser(): Promise<readonly string[]> {
  const map = await readFile('/proc/self/uid_map', 'utf8');
  const everybody = /^\s*0\s+0\s+4294967295\s*$/.test(map);
  return everybody && process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
    : [];
}

test('an ordinary user is told how another terminal gets to it, and that works', async () => {
  const own = join(folder, 'ordinary');
  await mkdir(own);
  await chmod(folder, 0o755);
  await chmod(own, 0o777);
  const [command = process.execPath, ...before] = [...(await asOrdinaryUser()), process.execPath];
  const started = start([command, ...before], own);
  await says(started, 'Ctrl-C stops everything.');
  const [, way = ''] = /In another terminal, first: {3}(nsenter .*) \$SHELL\n/.exec(started.output()) ?? [];
  const [, api = ''] = /functions +(http\S+)/.exec(started.output()) ?? [];
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    `${way} curl -s -o /dev/null -w '%{http_code}' ${api}/status`,
  ]);
  expect(stdout).toBe('401');
  started.child.kill('SIGTERM');
  expect(await started.ended).toBe(0);
  await nothingIsLeft();
}, 180_000);

test('a port that another program uses is named at once, with the way out', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const refused = start(undefined, folder, '--port', String(port));
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toBe(
      `Port ${port} is in use. Choose another one (npm start -- --port NUMBER), or none: then a free one is taken.\n`,
    );
  } finally {
    server.close();
  }
});

test('--help shows how each part can be replaced', async () => {
  const help = start(undefined, folder, '--help');
  expect(await help.ended).toBe(0);
  for (const option of ['--graph-url', '--ldap-url', '--service-bus', '--policy', '--port', '--directory'])
    expect(help.output()).toContain(option);
});
