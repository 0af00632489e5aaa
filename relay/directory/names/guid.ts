import { ObjectGuid } from '../../../shared/domain/index.ts';

/** Where each byte of the text form stands in the 16 octets: the first three parts are little-endian (MS-DTYP §2.3.4.2). */
const byteOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

/**
 * The dashed text of a GUID as AD stores it in objectGUID.
 *
 * @throws where there are not exactly 16 bytes
 */
export function guidFromBytes(bytes: Uint8Array): ObjectGuid {
  if (bytes.length !== 16) throw new Error(`A GUID has 16 bytes, not ${bytes.length}.`);
  const hex = byteOrder.map((at) => (bytes[at] ?? 0).toString(16).padStart(2, '0')).join('');
  return ObjectGuid.parse(
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
  );
}

/** The 16 octets of a GUID, for a filter on objectGUID. */
export function guidToBytes(guid: ObjectGuid): Buffer {
  const text = Buffer.from(guid.replaceAll('-', ''), 'hex');
  const bytes = Buffer.alloc(16);
  byteOrder.forEach((at, index) => {
    bytes[at] = text[index] ?? 0;
  });
  return bytes;
}
