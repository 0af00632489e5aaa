const ticksPerMillisecond = 10_000n;
const ticksAtUnixEpoch = 621_355_968_000_000_000n;

/** A time as .NET counts it: units of 100 ns since the year 1, eight bytes, big-endian. */
export function ticks(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(milliseconds) * ticksPerMillisecond + ticksAtUnixEpoch);
  return bytes;
}
