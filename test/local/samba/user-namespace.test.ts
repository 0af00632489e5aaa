import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { reexecInUserNamespace } from '../../../local/samba/user-namespace.ts';

const program = join(import.meta.dirname, 'programs/serve-in-namespace.ts');

/** Root gives up all rights first; anybody else has none to give up. */
const asOrdinaryUser =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
    : [];

it('serves a domain controller to an ordinary user, and passes on output and exit code', {
  timeout: 60_000,
}, async () => {
  const [command = '', ...args] = [...asOrdinaryUser, process.execPath, program];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(output).toBe('inside: lab\noutside: 7\n');
  expect(code).toBe(7);
});

it('does nothing for whoever may open the ports', async () => {
  // These tests themselves start controllers, so they run where that is so.
  expect(await reexecInUserNamespace(['false'])).toBeUndefined();
});
