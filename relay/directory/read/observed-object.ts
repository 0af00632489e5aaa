import { Dn, type WireValue } from '../../../shared/domain/index.ts';
import type { ObservedObject } from '../../plan/observed.ts';
import { bytesOf, type RawEntry, textsOf } from '../connection/entry.ts';
import { directoryError } from '../errors/directory-error.ts';
import { guidFromBytes } from '../names/guid.ts';
import { sidFromBytes } from '../names/sid.ts';
import type { Schema } from '../schema/schema.ts';

/** Read of every object: who it is. Not repeated among its attributes. */
export const identityAttributes = ['objectGUID', 'objectSid', 'objectClass'] as const;

/** Read of every object that is planned for: marker, names, type, protection, times. */
export const commonAttributes: readonly string[] = [
  ...identityAttributes,
  'adminDescription',
  'msDS-ExternalDirectoryObjectId',
  'msDS-CloudAnchor',
  'cn',
  'sAMAccountName',
  'groupType',
  'userAccountControl',
  'adminCount',
  'isCriticalSystemObject',
  'whenCreated',
  'whenChanged',
];

/**
 * The entry as the planner knows objects: attribute names as the schema spells them, octets as base64.
 *
 * @throws DirectoryError where the server cut an attribute short: `member` is read by members() only
 */
export function observedObject(entry: RawEntry, schema: Schema): ObservedObject {
  const guid = bytesOf(entry, 'objectGUID');
  const sid = bytesOf(entry, 'objectSid');
  if (guid === undefined) throw directoryError('INCOMPLETE', `${entry.dn} came without its objectGUID.`);
  const attributes: Record<string, readonly WireValue[]> = {};
  for (const [name, values] of entry.values) {
    if (name.includes(';range=')) {
      throw directoryError('INCOMPLETE', `${entry.dn} has more values of ${name} than fit one answer.`);
    }
    const spelled = schema.spell(name);
    if (isIdentity(spelled)) continue;
    attributes[spelled] = values.map((value) => wireValue(value, schema.isBinary(spelled)));
  }
  return {
    dn: Dn.parse(entry.dn),
    guid: guidFromBytes(guid),
    sid: sid === undefined ? undefined : sidFromBytes(sid),
    objectClass: textsOf(entry, 'objectClass'),
    attributes,
  };
}

const isIdentity = (name: string): boolean => identityAttributes.some((identity) => identity === name);

/** Text that is not UTF-8 comes as octets even where the schema says text. */
function wireValue(value: string | Buffer, binary: boolean): WireValue {
  if (typeof value === 'string' && !binary) return value;
  return { base64: Buffer.from(value).toString('base64') };
}
