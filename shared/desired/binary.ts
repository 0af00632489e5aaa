import type { Sid } from '../domain/index.ts';

/** Octets as an attribute value carries them. */
export const octets = (bytes: Uint8Array): { readonly base64: string } => ({
  base64: Buffer.from(bytes).toString('base64'),
});

/** A GUID as AD keeps it: the first three fields little-endian, the rest as written (MS-DTYP §2.3.4.2). */
export function guidBytes(guid: string): Uint8Array {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new RangeError(`${guid} is not a GUID`);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/**
 * A SID as AD keeps it (MS-DTYP §2.4.2.2): revision, number of sub-authorities, the authority in 6
 * octets big-endian, then each sub-authority in 4 octets little-endian.
 */
export function sidBytes(sid: Sid): Uint8Array {
  const [revision = 0, authority = 0, ...subAuthorities] = sid.split('-').slice(1).map(Number);
  const bytes = Buffer.alloc(8 + 4 * subAuthorities.length);
  bytes.writeUInt8(revision, 0);
  bytes.writeUInt8(subAuthorities.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  for (const [index, part] of subAuthorities.entries()) bytes.writeUInt32LE(part, 8 + 4 * index);
  return bytes;
}
