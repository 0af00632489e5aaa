import { showDeleted } from '../../../relay/directory/connection/controls.ts';
import { change } from '../../../relay/directory/write/operations.ts';
import { type Ace, buildEntry } from '../../../relay/prepare/security/ace.ts';
import { buildDescriptor, type Dacl } from '../../../relay/prepare/security/descriptor.ts';
import { inheritance, maskOf } from '../../../relay/prepare/security/rights.ts';
import { daclOnly } from '../../../relay/prepare/security/sd-flags.ts';
import { readDacl, type Session } from '../../../relay/prepare/session.ts';
import { type Dn, ObjectGuid, type Sid } from '../../../shared/domain/index.ts';

/** An entry that takes everything, here and below. */
export const denyEverything = (trustee: Sid): Ace => ({ effect: 'deny', flags: 2, mask: 0xf01ff, trustee });

/** An entry that gives everything, here and below. */
export const allowEverything = (trustee: Sid): Ace => ({ ...denyEverything(trustee), effect: 'allow' });

/** schemaIDGUID of the class (MS-ADSC). */
const groupClass = ObjectGuid.parse('bf967a9c-0de6-11d0-a285-00aa003049e2');

/** An entry that lets somebody create and delete groups, here and below. */
export const allowCreatingGroups = (trustee: Sid): Ace => ({
  effect: 'allow',
  flags: inheritance.containers,
  mask: maskOf(['CC', 'DC']),
  objectType: groupClass,
  trustee,
});

/** An entry that lets somebody write everything of the groups below. */
export const allowWritingGroups = (trustee: Sid): Ace => ({
  effect: 'allow',
  flags: inheritance.containers | inheritance.inheritOnly,
  mask: maskOf(['RP', 'WP']),
  inheritedObjectType: groupClass,
  trustee,
});

/** An entry that keeps somebody from writing anything of the groups below. */
export const denyWritingGroups = (trustee: Sid): Ace => ({
  ...allowWritingGroups(trustee),
  effect: 'deny',
  mask: maskOf(['WP']),
});

/** Puts an entry at the head of a list, as somebody at a console would. Answers how to have it as it was. */
export async function addEntry(session: Session, dn: Dn, ace: Ace): Promise<() => Promise<void>> {
  const before = await daclAt(session, dn);
  await writeDacl(session, dn, { ...before, entries: [buildEntry(ace), ...before.entries] });
  return () => writeDacl(session, dn, before);
}

/** Breaks inheritance: what came from above stays away. */
export async function protect(session: Session, dn: Dn): Promise<void> {
  const before = await daclAt(session, dn);
  const entries = before.entries.filter(({ flags }) => (flags & 0x10) === 0);
  await writeDacl(session, dn, { control: before.control | 0x1000, entries });
}

async function daclAt(session: Session, dn: Dn): Promise<Dacl> {
  const dacl = await readDacl(session, dn);
  if (dacl === undefined || dacl === 'hidden') throw new Error(`No permissions are shown at ${dn}.`);
  return dacl;
}

async function writeDacl(session: Session, dn: Dn, dacl: Dacl): Promise<void> {
  const value = { base64: buildDescriptor(dacl).toString('base64') };
  await session.connection.write({ verb: 'modify', object: dn }, (client) =>
    client.modify(dn, change('replace', 'nTSecurityDescriptor', [value]), [daclOnly(), showDeleted()]),
  );
}
