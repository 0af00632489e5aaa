import { Sid } from '../../../shared/domain/index.ts';

/**
 * `S-1-5-21-…` of the octets in objectSid: the authority is big-endian, the sub-authorities are
 * little-endian (MS-DTYP §2.4.2.2).
 *
 * @throws where the length does not fit the number of sub-authorities
 */
export function sidFromBytes(bytes: Uint8Array): Sid {
  const octets = Buffer.from(bytes);
  const count = octets[1] ?? -1;
  if (octets.length !== 8 + 4 * count) {
    throw new Error(
      `A security identifier of ${count} parts has ${8 + 4 * count} bytes, not ${octets.length}.`,
    );
  }
  const parts = Array.from({ length: count }, (_, index) => octets.readUInt32LE(8 + 4 * index));
  return Sid.parse(['S', octets.readUInt8(0), octets.readUIntBE(2, 6), ...parts].join('-'));
}

/** The octets of a security identifier, for a filter on objectSid. */
export function sidToBytes(sid: Sid): Buffer {
  const [revision = 1, authority = 0, ...parts] = sid.split('-').slice(1).map(Number);
  const octets = Buffer.alloc(8 + 4 * parts.length);
  octets.writeUInt8(revision, 0);
  octets.writeUInt8(parts.length, 1);
  octets.writeUIntBE(authority, 2, 6);
  parts.forEach((part, index) => {
    octets.writeUInt32LE(part, 8 + 4 * index);
  });
  return octets;
}
