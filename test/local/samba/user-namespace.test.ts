import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { reexecInUserNamespace } from '../../../local/samba/user-namespace.ts';

const program = join(import.meta.dirname, 'programs/serve-in-namespace.ts');

/** Whether there is a second user to become: not in the namespace in which an ordinary user runs these tests. */
const hasOtherUsers = Number(readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)[2]) > 65_534;

/**
 * These tests run where the ports may be opened, so the rights to do so are given up first. Linux 5.12 and later ask for
 * CAP_SETFCAP of a user 0 who maps himself into a further namespace (user_namespaces(7)).
 */
const asOrdinaryUser = hasOtherUsers
  ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
  : ['setpriv', '--bounding-set=-all,+setfcap', '--inh-caps=-all'];

it('serves a domain controller to an ordinary user, and passes on output and exit code', {
  timeout: 60_000,
}, async () => {
  const [command = '', ...args] = [...asOrdinaryUser, process.execPath, program];
  // A namespace within a namespace calls its user 0, and must not meet the folder of the machine's root.
  const folder = hasOtherUsers ? undefined : await mkdtemp(join(tmpdir(), 'ew-'));
  const env = { ...process.env, ...(folder && { TMPDIR: folder }) };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (folder) await rm(folder, { recursive: true });
  expect(output).toBe('inside: lab\noutside: 7\n');
  expect(code).toBe(7);
});

it('does nothing for whoever may open the ports', async () => {
  // These tests themselves start controllers, so they run where that is so.
  expect(await reexecInUserNamespace(['false'])).toBeUndefined();
});
