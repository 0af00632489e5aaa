/** A time as Graph writes it for objects: ISO 8601 in UTC without fractions. */
export const secondsOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** .NET ticks (100 ns since year 1), which Graph uses as the sequence number of notifications. */
export const ticksOf = (ms: number): bigint => BigInt(Math.trunc(ms)) * 10_000n + 621_355_968_000_000_000n;

/** A time with seven digits of fraction, as in notifications; the last four come from the ticks. */
export const preciseOf = (ticks: bigint): string => {
  const sinceEpoch = ticks - 621_355_968_000_000_000n;
  const seconds = new Date(Number(sinceEpoch / 10_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(sinceEpoch % 10_000_000n).padStart(7, '0')}Z`;
};
