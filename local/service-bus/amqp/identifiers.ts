/**
 * Lock tokens are UUIDs, and Service Bus writes them in two ways: a delivery tag carries the bytes of a .NET `Guid`,
 * whose first three fields are little-endian; requests to `$management` carry the bytes in the order in which they are read.
 */
export const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

export function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The delivery tag of a lock token. */
export const deliveryTag = (token: string): Buffer => swapFields(uuidBytes(token));

/** The lock token of a delivery tag. */
export const tokenOfTag = (tag: Buffer): string => uuidOf(swapFields(tag));

function swapFields(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}
