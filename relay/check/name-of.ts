import type { Sid } from '../../shared/domain/index.ts';
import { textOf } from '../directory/connection/entry.ts';
import { sidDn } from '../directory/index.ts';
import { findAt } from '../directory/read/find.ts';
import type { Session } from '../prepare/session.ts';

/** Those that no object stands for (MS-DTYP §2.4.2.4). */
const wellKnown: Readonly<Record<string, string>> = {
  'S-1-1-0': 'Everyone',
  'S-1-5-11': 'Authenticated Users',
  'S-1-3-4': 'OWNER RIGHTS',
};

/** Whom an entry is about, by name and SID. */
export async function nameOf(session: Session, sid: Sid): Promise<string> {
  const known = wellKnown[sid];
  const entry = known === undefined ? await findAt(session, sidDn(sid), ['sAMAccountName']) : undefined;
  const name = known ?? (entry && textOf(entry, 'sAMAccountName')) ?? 'an unknown account';
  return `${name} (${sid})`;
}
