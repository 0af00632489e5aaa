import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Moment, ObjectRef, Plan } from '../../shared/domain/index.ts';
import { Verdict } from './hold.ts';

/**
 * A plan as it was written to AD, with the plan that takes it back. It is recorded before it is written, as a whole, and
 * again when it has ended, as far as it came; of a relay that was killed in between only the first is there. Taking back
 * what was not written changes nothing.
 */
export const AppliedPlan = z.strictObject({
  planId: z.string(),
  intentId: z.string(),
  object: ObjectRef,
  displayName: z.string(),
  at: Moment,
  plan: Plan,
  inverse: Plan,
  approval: Verdict.optional(),
});
export type AppliedPlan = z.output<typeof AppliedPlan>;

/** What the relay has written, one file of JSON lines a day, for `entra-writeback undo`. */
export type AppliedRecord = {
  /** Records a plan; the last word about a planId counts, and no operations say that nothing was written. */
  add(applied: AppliedPlan): Promise<void>;
  /** The plan with this id. Of an intent that was written in several plans, the last one. */
  find(planOrIntentId: string): Promise<AppliedPlan | undefined>;
  /** The last plans that were written, newest first. */
  latest(count: number): Promise<readonly AppliedPlan[]>;
  /** What was written for an intent, oldest first; more than one plan where it took several looks. */
  ofIntent(intentId: string): Promise<readonly AppliedPlan[]>;
  /** Deletes the files of days before this one. */
  forget(before: Date): Promise<void>;
};

const day = (moment: string): string => moment.slice(0, 10);
const fileName = /^applied-(\d{4}-\d{2}-\d{2})\.jsonl$/;

export async function openAppliedRecord(stateDirectory: string): Promise<AppliedRecord> {
  const folder = join(stateDirectory, 'applied');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const days = async (): Promise<readonly string[]> =>
    (await readdir(folder))
      .filter((name) => fileName.test(name))
      .toSorted()
      .toReversed();

  return {
    async add(applied) {
      const path = join(folder, `applied-${day(applied.at)}.jsonl`);
      await appendFile(path, `${JSON.stringify(applied)}\n`, { mode: 0o600 });
    },
    async find(id) {
      for (const name of await days()) {
        const path = join(folder, name);
        const found = [...(await linesWith(path, 'intentId', id)), ...(await linesWith(path, 'planId', id))];
        const last = lastWords(found).at(-1);
        if (last) return last;
      }
      return undefined;
    },
    async latest(count) {
      const found: AppliedPlan[] = [];
      for (const name of await days()) {
        if (found.length >= count) break;
        found.push(...lastWords(await allLines(join(folder, name))).toReversed());
      }
      return found.slice(0, count);
    },
    async ofIntent(intentId) {
      const found = await Promise.all(
        (await days()).map((name) => linesWith(join(folder, name), 'intentId', intentId)),
      );
      return lastWords(found.toReversed().flat());
    },
    async forget(before) {
      const oldest = day(before.toISOString());
      for (const name of await days())
        if ((fileName.exec(name)?.[1] ?? oldest) < oldest) await rm(join(folder, name), { force: true });
    },
  };
}

/** Each plan once, as it was told last and in the order of that, without those of which nothing was written. */
function lastWords(lines: readonly AppliedPlan[]): readonly AppliedPlan[] {
  const last = new Map(lines.map((line, index) => [line.planId, index]));
  return lines.filter(({ planId, plan }, index) => last.get(planId) === index && plan.operations.length > 0);
}

const allLines = async (path: string): Promise<readonly AppliedPlan[]> =>
  (await wholeLines(path)).map((line) => AppliedPlan.parse(JSON.parse(line)));

/** The last line may be cut short by a crash. */
const wholeLines = async (path: string): Promise<readonly string[]> =>
  (await readFile(path, 'utf8')).split('\n').slice(0, -1);

/** The plans of one file that have this id. */
async function linesWith(
  path: string,
  key: 'planId' | 'intentId',
  id: string,
): Promise<readonly AppliedPlan[]> {
  const lines = await wholeLines(path);
  const wanted = `"${key}":${JSON.stringify(id)}`;
  return lines
    .filter((line) => line.includes(wanted))
    .map((line) => AppliedPlan.parse(JSON.parse(line)))
    .filter((applied) => applied[key] === id);
}
