import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import { type DomainController, startDomainController } from '../../local/samba/domain-controller.ts';
import { addServiceAccount } from '../../local/samba/seed-objects.ts';

/** `prepare` as an administrator runs it at a console. */

let dc: DomainController;
let folder: string;
beforeAll(async () => {
  [dc, folder] = await Promise.all([startDomainController(), mkdtemp(join(tmpdir(), 'cli-prepare-'))]);
  const account = { name: 'svc-writeback', upn: 'svc-writeback@lab.test', password: 'Writes-back-1' };
  await withConnection(dc, (client) =>
    addServiceAccount(client, `CN=svc-writeback,CN=Users,${dc.baseDn}`, account),
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await dc.stop();
});

const program = resolve(import.meta.dirname, '../../bin/entra-writeback.mjs');

type Given = { readonly password?: string | Buffer; readonly answer?: string };

async function prepare(args: readonly string[], { password = `${dc.password}\n`, answer = '' }: Given = {}) {
  const file = join(folder, 'password');
  await writeFile(file, password);
  const connection = ['--ldap-url', dc.url, '--ldap-ca', dc.caFile, '--bind-dn', dc.bindDn];
  const more = ['--password-file', file, '--account', 'svc-writeback', ...args];
  const child = spawn(process.execPath, [program, 'prepare', 'groups', ...connection, ...more]);
  child.stdin.end(answer);
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((done) => child.once('close', done)),
  ]);
  return { out, error, code };
}

const container = (name: string) => ['--ou', `OU=${name}`];

test('without --apply it only shows; with it, it asks, and only yes is consent', async () => {
  expect(await prepare(container('Asked'))).toMatchObject({
    code: 0,
    out: expect.not.stringContaining('yes'),
  });
  for (const answer of ['no\n', ''])
    expect(await prepare([...container('Asked'), '--apply'], { answer })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/Type yes: Nothing was changed\.\n$/),
    });
  expect(await prepare([...container('Asked'), '--apply'], { answer: 'yes\n' })).toMatchObject({
    code: 0,
    out: expect.stringContaining(`Created OU=Asked,${dc.baseDn}\n`),
  });
});

test('a script goes into a folder that it makes, and nothing is done besides', async () => {
  const scripts = join(folder, 'for', 'the administrator');
  const both = await prepare([...container('Scripted'), '--script', scripts, '--apply']);
  expect(both).toMatchObject({
    code: 1,
    error: expect.stringContaining("cannot be used with option '--apply'"),
  });
  expect((await prepare([...container('Scripted'), '--script', scripts])).code).toBe(0);
  expect((await readdir(scripts)).toSorted()).toEqual(['prepare-groups.ldf', 'prepare-groups.ps1']);
});

test('the password is read as Windows and Unix write files', async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${dc.password}\r\n`, 'utf16le')]);
  for (const password of [dc.password, `${dc.password}\r\n`, `\ufeff${dc.password}\n`, utf16])
    expect(await prepare(container('Read'), { password })).toMatchObject({ code: 0, error: '' });
  expect(await prepare(container('Read'), { password: '\n' })).toMatchObject({
    code: 1,
    error: expect.stringMatching(/password \(--password-file\) is empty/),
  });
  expect(await prepare([...container('Read'), '--password-file', join(folder, 'none')])).toMatchObject({
    code: 1,
    error: expect.stringMatching(/none \(--password-file\) cannot be read/),
  });
});
