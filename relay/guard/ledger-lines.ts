import { z } from 'zod';
import { Spend } from './spend.ts';
import { type Booking, dayMs } from './windows.ts';

const Line = z.discriminatedUnion('line', [
  z.strictObject({ line: z.literal('reserve'), id: z.string(), at: z.number(), spend: Spend }),
  z.strictObject({ line: z.literal('settle'), id: z.string(), at: z.number(), spend: Spend }),
]);
export type LedgerLine = z.output<typeof Line>;

/** The ledger cannot be read, and guessing would loosen the budgets. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

/**
 * Reads the books. A last line without its end was never acknowledged, so nothing was written on the
 * strength of it. What was reserved and never settled was perhaps written until the crash, which was
 * before now: it counts from now.
 */
export function readLedger(text: string, path: string, now: number): readonly Booking[] {
  const books = new Map<string, Booking>();
  const lines = text.split('\n').slice(0, -1);
  for (const [index, raw] of lines.entries()) {
    const line = parse(raw, path, index + 1);
    const settledAt = line.line === 'settle' ? line.at : undefined;
    books.set(line.id, { id: line.id, spend: line.spend, settledAt });
  }
  return [...books.values()].map((one) => ({ ...one, settledAt: one.settledAt ?? now }));
}

/** The books as lines, without what no window reaches any more. */
export const ledgerText = (books: readonly Booking[], now: number): string =>
  books
    .filter((one) => isLive(one, now))
    .flatMap(({ id, spend, settledAt }): LedgerLine[] => [
      settledAt === undefined
        ? { line: 'reserve', id, at: now, spend }
        : { line: 'settle', id, at: settledAt, spend },
    ])
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

/** Does any window still reach the booking? */
export const isLive = ({ settledAt }: Booking, now: number): boolean =>
  settledAt === undefined || settledAt > now - dayMs;

function parse(raw: string, path: string, number: number): LedgerLine {
  try {
    return Line.parse(JSON.parse(raw));
  } catch (cause) {
    throw new LedgerError(
      `${path} line ${number} is damaged, so the relay does not know how much it has changed in the last day. ` +
        'Restore the file from a backup, or delete the line once a day has passed without writes.',
      { cause },
    );
  }
}
