import { appendFile, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Budgets } from '../../../relay/guard/budgets.ts';
import { type Ledger, openLedger } from '../../../relay/guard/ledger.ts';
import { openState } from '../../../relay/guard/state-directory.ts';
import { dayMs, hourMs } from '../../../relay/guard/windows.ts';

const limits = Budgets.parse({ deletions: { perHour: 10, perDay: 15 } });
let directory: string;
let time: number;
const now = (): Date => new Date(time);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ledger-'));
  time = Date.parse('2026-03-01T08:00:00.000Z');
});
afterEach(() => rm(directory, { recursive: true }));

const open = (isNew = true): Promise<Ledger> => openLedger({ directory, limits, now, isNew });
let ids = 0;
const want = (deletions: number) => {
  ids += 1;
  return { id: `plan-${ids}`, spend: { counts: { deletions } }, groupSize: undefined };
};
const granted = async (ledger: Ledger, deletions: number): Promise<boolean> =>
  (await ledger.reserve(want(deletions))).granted;

describe('the ledger', () => {
  test('keeps what was written over a restart', async () => {
    const first = await open();
    const grant = await first.reserve(want(8));
    if (grant.granted) await grant.settle({ counts: { deletions: 8 } });
    await first.close();
    const second = await open(false);
    expect(await granted(second, 3)).toBe(false);
    expect(await granted(second, 2)).toBe(true);
    await second.close();
  });

  test('counts a plan that a crash interrupted as written, from the restart on', async () => {
    const first = await open();
    await first.reserve(want(10));
    time += hourMs - 1;
    const second = await open(false);
    time += hourMs - 1;
    expect(await granted(second, 1)).toBe(false);
    time += 1;
    expect(await granted(second, 1)).toBe(true);
    await first.close();
    await second.close();
  });

  test('gives back what was reserved and not taken', async () => {
    const ledger = await open();
    const grant = await ledger.reserve(want(10));
    if (grant.granted) await grant.settle({ counts: {} });
    expect(await granted(ledger, 10)).toBe(true);
    await ledger.close();
  });

  test('cannot be spent twice by plans that come at the same moment', async () => {
    const ledger = await open();
    const answers = await Promise.all(Array.from({ length: 40 }, () => granted(ledger, 1)));
    expect(answers.filter(Boolean)).toHaveLength(10);
    await ledger.close();
  });

  test('has the reservation on the disk before it is granted', async () => {
    const ledger = await open();
    await ledger.reserve(want(4));
    expect(await readFile(join(directory, 'ledger.jsonl'), 'utf8')).toContain('"deletions":4');
    await ledger.close();
  });

  test('forgets a last line that a crash cut short, and nothing else', async () => {
    const first = await open();
    await first.reserve(want(9));
    await first.close();
    await appendFile(join(directory, 'ledger.jsonl'), '{"line":"reserve","id":"x","at":17');
    const second = await open(false);
    expect(await granted(second, 2)).toBe(false);
    await second.close();
  });

  test('does not open when a line is damaged, and says which and what to do', async () => {
    const first = await open();
    await first.reserve(want(9));
    await first.close();
    const path = join(directory, 'ledger.jsonl');
    await writeFile(path, `garbage\n${await readFile(path, 'utf8')}`);
    await expect(open(false)).rejects.toThrow(/ledger\.jsonl line 1 is damaged.*Restore the file/);
  });

  test('does not open when it has vanished from an installation that has run', async () => {
    const state = await openState(directory, limits, now);
    await state.close();
    await unlink(join(directory, 'ledger.jsonl'));
    await expect(openState(directory, limits, now)).rejects.toThrow(
      /cannot be read, so the relay does not know/,
    );
  });

  test('does not grow without end', async () => {
    const ledger = await open();
    for (let plan = 0; plan < 60; plan += 1) {
      const grants = await Promise.all(
        Array.from({ length: 100 }, () =>
          ledger.reserve({ ...want(0), spend: { counts: { cloudApprovals: 0, moves: 1 } } }),
        ),
      );
      for (const one of grants) if (one.granted) await one.settle({ counts: {} });
      time += dayMs;
    }
    await ledger.close();
    const lines = (await readFile(join(directory, 'ledger.jsonl'), 'utf8')).split('\n');
    expect(lines.length).toBeLessThan(5400);
  });
});

describe('a state directory', () => {
  test('is used by one relay at a time, and free again when it ends', async () => {
    const first = await openState(directory, limits, now);
    await expect(openState(directory, limits, now)).rejects.toThrow(/Another relay uses the state directory/);
    await first.close();
    const second = await openState(directory, limits, now);
    await second.close();
  });
});

/** What happens to a relay, in random order. */
type Step =
  | {
      readonly does: 'plan';
      readonly size: number;
      readonly takesMs: number;
      readonly ends: 'settled' | 'half' | 'lost';
    }
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('plan' as const),
      size: fc.integer({ min: 1, max: 12 }),
      takesMs: fc.integer({ min: 0, max: hourMs }),
      ends: fc.constantFrom('settled' as const, 'half' as const, 'lost' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 8 * hourMs }) }),
  },
  { weight: 1, arbitrary: fc.constant({ does: 'restart' as const }) },
);

describe('over any window, under any interleaving, with restarts and crashes', () => {
  test('no more is written than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 8 }), async (rounds) => {
        const folder = await mkdtemp(join(tmpdir(), 'ledger-run-'));
        const openHere = (isNew: boolean) => openLedger({ directory: folder, limits, now, isNew });
        /** When AD was really changed, by how much. */
        const writes: { at: number; count: number }[] = [];
        let ledger = await openHere(true);
        for (const round of rounds) {
          const grants = await Promise.all(
            round.map(async (one) => {
              if (one.does !== 'plan') return undefined;
              const grant = await ledger.reserve(want(one.size));
              return grant.granted ? { one, grant } : undefined;
            }),
          );
          for (const each of grants) {
            if (!each) continue;
            const { one, grant } = each;
            time += one.takesMs;
            const count = one.ends === 'half' ? Math.floor(one.size / 2) : one.size;
            writes.push({ at: time, count });
            if (one.ends !== 'lost') await grant.settle({ counts: { deletions: count } });
          }
          for (const one of round) if (one.does === 'wait') time += one.ms;
          if (
            round.some(({ does }) => does === 'restart') ||
            grants.some((each) => each?.one.ends === 'lost')
          ) {
            await ledger.close();
            ledger = await openHere(false);
          }
        }
        await ledger.close();
        await rm(folder, { recursive: true });
        for (const [length, limit] of [
          [hourMs, 10],
          [dayMs, 15],
        ] as const)
          for (const { at } of writes) {
            const inWindow = writes.filter((other) => other.at > at - length && other.at <= at);
            expect(inWindow.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(limit);
          }
      }),
      { numRuns: 60 },
    );
  });
});
