/** One figure of the bench. */
export type Row = { readonly what: string; readonly value: number; readonly unit: string };

/** The value below which this share of the values lies; not a number for an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Rows as people read them. */
export const format = (rows: readonly Row[]): string =>
  rows.map(({ what, value, unit }) => `  ${what.padEnd(60)} ${round(value).padStart(10)} ${unit}`).join('\n');

const round = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
