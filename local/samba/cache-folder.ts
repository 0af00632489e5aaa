import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder where snapshots and running controllers live: one per user, under the system's temporary folder.
 * It is short on purpose, because the path of a Unix socket may have no more than 107 bytes (unix(7)).
 *
 * @throws when somebody else has put a folder in its place
 */
export function cacheFolder(): string {
  const ownUid = process.getuid?.() ?? 0;
  const uid = realUid(readFileSync('/proc/self/uid_map', 'utf8'), ownUid);
  const folder = join(tmpdir(), `entra-writeback-samba-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (lstatSync(folder).uid !== ownUid) {
    throw new Error(`${folder} belongs to another user. Remove it, or set TMPDIR to a folder of your own.`);
  }
  return folder;
}

/**
 * The user id outside a user namespace: inside (user_namespaces(7)) everybody may be 0, and must not share the
 * folder of the real root.
 *
 * @param uidMap the text of /proc/self/uid_map: lines of first id inside, first id outside, count
 */
export function realUid(uidMap: string, uid: number): number {
  for (const line of uidMap.trim().split('\n')) {
    const [inside = 0, outside = 0, count = 0] = line.trim().split(/\s+/).map(Number);
    if (uid >= inside && uid < inside + count) return outside + uid - inside;
  }
  return uid;
}
