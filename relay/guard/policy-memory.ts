import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Intent, Moment } from '../../shared/domain/index.ts';
import { replaceFile } from './durable-file.ts';

/** The policy by which the cloud decided last, and when. */
export const PolicySeen = z.strictObject({ version: z.string(), at: Moment });
export type PolicySeen = z.output<typeof PolicySeen>;

/** What the relay knows of the policy: no more than its intents say. */
export type PolicyMemory = {
  /** Inspections do not count: they may try a policy that is not in force. */
  note(intent: Intent): Promise<void>;
  last(): PolicySeen | undefined;
};

/** The time alone is written so often, at most; another version at once. */
const everyMs = 60_000;

const fileIn = (stateDirectory: string): string => join(stateDirectory, 'policy-seen.json');

export async function openPolicyMemory(stateDirectory: string): Promise<PolicyMemory> {
  let last = await readPolicySeen(stateDirectory);
  let written = last;
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    if (last === undefined || !isWorthWriting(last, written)) return;
    written = last;
    await replaceFile(fileIn(stateDirectory), `${JSON.stringify(last)}\n`);
  };
  return {
    async note({ type, policyVersion, times: { decidedAt } }) {
      if (type === 'inspect' || (last !== undefined && last.at > decidedAt)) return;
      last = { version: policyVersion, at: decidedAt };
      writing = writing.catch(() => undefined).then(write);
      await writing;
    },
    last: () => last,
  };
}

const isWorthWriting = (now: PolicySeen, before: PolicySeen | undefined): boolean =>
  before?.version !== now.version || Date.parse(now.at) - Date.parse(before.at) >= everyMs;

/**
 * What a relay with this state directory has seen; undefined: nothing yet, or a file that holds something else.
 *
 * @throws where the file is there and may not be read
 */
export async function readPolicySeen(stateDirectory: string): Promise<PolicySeen | undefined> {
  try {
    return PolicySeen.safeParse(JSON.parse(await readFile(fileIn(stateDirectory), 'utf8'))).data;
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
