import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DomainController } from './controller.ts';
import { withSystemPath } from './system-path.ts';

const run = promisify(execFile);

/** schemaIDGUID of the classes that writeback creates (MS-ADSC). */
const classGuids = {
  group: 'bf967a9c-0de6-11d0-a285-00aa003049e2',
  user: 'bf967aba-0de6-11d0-a285-00aa003049e2',
  device: '5df2b673-6d41-4774-b3e8-d52e8ee9ff99',
} as const;

/** The extended right User-Force-Change-Password (MS-ADTS 5.1.3.2.1): a new account needs a password to be enabled. */
const resetPassword = '00299570-246d-11d0-a768-00aa006e0529';

/** A class whose objects can be written back. */
export type WritebackClass = keyof typeof classGuids;

/**
 * Grants `sid` what writeback of one class needs in `container`, and nothing else: to create and delete such objects
 * directly in it, and to read and write all properties of those in it.
 */
export async function delegate(
  dc: DomainController,
  container: string,
  sid: string,
  objectClass: WritebackClass,
): Promise<void> {
  const guid = classGuids[objectClass];
  const entries = [
    `(OA;CI;CCDC;${guid};;${sid})`,
    `(OA;CIIO;RPWP;;${guid};${sid})`,
    ...(objectClass === 'user' ? [`(OA;CIIO;CR;${resetPassword};${guid};${sid})`] : []),
  ];
  await run(
    'samba-tool',
    [
      ...['dsacl', 'set', '--configfile', dc.configuration, '--URL', join(dc.folder, 'private/sam.ldb')],
      ...['--objectdn', container, '--sddl', entries.join('')],
    ],
    { env: withSystemPath(process.env) },
  );
}
