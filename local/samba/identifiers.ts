/** `S-1-5-21-…` of the binary form (MS-DTYP 2.4.2.2): the authority is big-endian, the rest little-endian. */
export function sidToText(bytes: Uint8Array): string {
  const sid = Buffer.from(bytes);
  const count = sid.length < 8 ? -1 : sid.readUInt8(1);
  if (sid.length !== 8 + 4 * count) throw new Error(`Not a security identifier: ${sid.toString('hex')}`);
  const parts = Array.from({ length: count }, (_, index) => sid.readUInt32LE(8 + 4 * index));
  return ['S', sid.readUInt8(0), sid.readUIntBE(2, 6), ...parts].join('-');
}

/** The usual form of a binary GUID (MS-DTYP 2.3.4.2): its first three parts are little-endian. */
export function guidToText(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new Error(`Not a GUID: ${Buffer.from(bytes).toString('hex')}`);
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = Buffer.from(order.map((index) => bytes[index] ?? 0)).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
