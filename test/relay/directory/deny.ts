import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withSystemPath } from '../../../local/samba/system-path.ts';
import type { World } from './world.ts';

const run = promisify(execFile);

/** schemaIDGUID of `member` (MS-ADA2). */
const member = 'bf9679c0-0de6-11d0-a285-00aa003049e2';

/** Takes the right to read `member` of this group from an account. */
export async function denyReadingMembers({ dc }: World, group: string, sid: string): Promise<void> {
  await run(
    'samba-tool',
    [
      ...['dsacl', 'set', '--configfile', dc.configuration, '--URL', join(dc.folder, 'private/sam.ldb')],
      ...['--objectdn', group, '--sddl', `(OD;;RP;${member};;${sid})`],
    ],
    { env: withSystemPath(process.env) },
  );
}
