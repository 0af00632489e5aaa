import { Dn, type Operation } from '../../../shared/domain/index.ts';
import { showDeleted } from '../connection/controls.ts';
import { textOf } from '../connection/entry.ts';
import type { Applied } from '../directory.ts';
import { directoryError } from '../errors/directory-error.ts';
import { guidDn } from '../names/alternative.ts';
import { findAt } from '../read/find.ts';
import { nothingToDo, wrote } from './applied.ts';
import { change, modify } from './operations.ts';
import type { Writer } from './writer.ts';

type Reanimate = Extract<Operation, { op: 'reanimate' }>;

/**
 * Brings a deleted object back with its GUID and SID: isDeleted goes and the name comes in one modify
 * (MS-ADTS §3.1.1.5.3.7). One that lives already is left where it stands.
 */
export async function applyReanimate(writer: Writer, { dn, guid, to }: Reanimate): Promise<Applied> {
  const found = await findAt(writer, guidDn(guid), ['isDeleted'], [showDeleted()]);
  if (found === undefined) {
    throw directoryError('NOT_FOUND', `${dn} (${guid}) cannot be brought back: it is gone for good.`);
  }
  if (textOf(found, 'isDeleted') !== 'TRUE') return nothingToDo(Dn.parse(found.dn));
  await modify(writer.connection, {
    // Samba reanimates by the DN only.
    address: Dn.parse(found.dn),
    object: dn,
    changes: [change('delete', 'isDeleted', []), change('replace', 'distinguishedName', [to])],
    controls: [showDeleted()],
  });
  return wrote(to);
}
