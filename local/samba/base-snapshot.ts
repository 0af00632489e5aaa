import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Domain, hostName } from './domain.ts';
import { ensureSnapshot } from './snapshots.ts';
import { systemPython } from './system-path.ts';

const run = promisify(execFile);

/** A forest schema that Samba can be provisioned with: Windows Server 2008 R2 (47), 2012 R2 (69) or 2016 (87). */
export type WindowsSchema = '2008_R2' | '2012_R2' | '2016';

/**
 * The databases of a new, empty domain. Takes two seconds the first time, nothing later.
 *
 * @throws with the end of Samba's own messages when provisioning fails
 */
export function ensureBaseSnapshot(domain: Domain, schema: WindowsSchema, password: string): Promise<string> {
  const recipe = { kind: 'domain', realm: domain.realm, schema, password };
  return ensureSnapshot(recipe, async (folder) => {
    const wish = { folder, realm: domain.realm, domain: domain.netbios, host: hostName, password, schema };
    try {
      await run(systemPython, [join(import.meta.dirname, 'provision.py'), JSON.stringify(wish)]);
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      throw new Error(`Samba could not be provisioned:\n${said.trim().split('\n').slice(-5).join('\n')}`);
    }
  });
}
