import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Budgets } from './budgets.ts';
import { openJournal } from './durable-file.ts';
import { isLive, LedgerError, type LedgerLine, ledgerText, readLedger } from './ledger-lines.ts';
import { isFree, type Spend } from './spend.ts';
import { type Booking, type Excess, excessOf, needsGroupSize } from './windows.ts';

/**
 * The books of the budgets, on disk before anything is written to AD, so that neither a crash nor a
 * restart gives anything back. One process at a time may have them open (see lock.ts).
 */
export type Ledger = {
  /**
   * Grants a plan or says what it would exceed. Checking and booking are one step: two plans that
   * come at the same time cannot both have the rest of a budget.
   */
  reserve(request: ReserveRequest): Promise<Granted>;
  /** Must the members of the group be counted before `reserve` can judge the plan? */
  needsGroupSize(spend: Spend): boolean;
  books(): readonly Booking[];
  close(): Promise<void>;
};

/** `id` must be new for each plan. */
export type ReserveRequest = {
  readonly id: string;
  readonly spend: Spend;
  readonly groupSize: number | undefined;
};

/** What a plan has been granted; `settle` says what it really took when it is finished. */
export type Granted =
  | { readonly granted: true; readonly settle: (actual: Spend) => Promise<void> }
  | { readonly granted: false; readonly excess: readonly Excess[] };

export type LedgerOptions = {
  readonly directory: string;
  /** The share of this relay. */
  readonly limits: Budgets;
  readonly now: () => Date;
  /**
   * The installation has never run. Only then may the file be missing, because an empty ledger would
   * give every budget back.
   */
  readonly isNew: boolean;
};

/** Opens the ledger of a state directory. Throws a LedgerError where guessing would loosen a budget. */
export async function openLedger({ directory, limits, now, isNew }: LedgerOptions): Promise<Ledger> {
  const path = join(directory, 'ledger.jsonl');
  const clock = (): number => now().getTime();
  const read = readLedger(await readText(path, isNew), path, clock());
  const books = new Map(read.map((one) => [one.id, one]));
  const list = (): readonly Booking[] => [...books.values()];
  const forgetOld = (): string => {
    for (const one of list()) if (!isLive(one, clock())) books.delete(one.id);
    return ledgerText(list(), clock());
  };
  const journal = await openJournal(path, forgetOld);
  const write = (line: LedgerLine): Promise<void> => journal.append(JSON.stringify(line));

  return {
    async reserve({ id, spend, groupSize }) {
      if (isFree(spend)) return { granted: true, settle: async () => undefined };
      const excess = excessOf(spend, list(), limits, clock(), groupSize);
      if (excess.length > 0) return { granted: false, excess };
      books.set(id, { id, spend, settledAt: undefined });
      try {
        await write({ line: 'reserve', id, at: clock(), spend });
      } catch (error) {
        books.delete(id);
        throw error;
      }
      return {
        granted: true,
        async settle(actual) {
          const settledAt = clock();
          books.set(id, { id, spend: actual, settledAt });
          await write({ line: 'settle', id, at: settledAt, spend: actual });
        },
      };
    },
    needsGroupSize: (spend) => needsGroupSize(spend, list(), limits, clock()),
    books: list,
    close: () => journal.close(),
  };
}

async function readText(path: string, isNew: boolean): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isNew && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new LedgerError(
      `${path} cannot be read, so the relay does not know how much it has changed in the last day. ` +
        'Restore it from a backup; or, once a day has passed without writes, create it as an empty file.',
      { cause },
    );
  }
}
