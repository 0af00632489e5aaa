import { chown, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HoldCommand, Moment, Outcome } from '../../shared/domain/index.ts';
import { Claim } from '../guard/claim.ts';
import { replaceFile } from '../guard/durable-file.ts';

/** What a person asks of the running relay on its own machine, by a file in its state directory. */
export const LocalRequest = z.discriminatedUnion('request', [
  z.strictObject({ request: z.literal('verdict'), command: HoldCommand }),
  z.strictObject({
    request: z.literal('undo'),
    /** Of the plan, or of the intent that it was made for. */
    planId: z.string().min(1).max(128),
    person: z.string().min(1).max(256),
    reason: z.string().min(1).max(2000),
    at: Moment,
  }),
  z.strictObject({ request: z.literal('claim'), claim: Claim }),
]);
export type LocalRequest = z.output<typeof LocalRequest>;

/** What came of a request, for the one who left it. */
export const LocalAnswer = z.strictObject({
  result: z.union([Outcome.shape.result, z.literal('unknown')]),
  code: z.string().optional(),
  message: z.string().optional(),
});
export type LocalAnswer = z.output<typeof LocalAnswer>;

export type RequestFile = {
  readonly id: string;
  readonly path: string;
  readonly request: LocalRequest | undefined;
};

const requestsOf = (stateDirectory: string): string => join(stateDirectory, 'requests');
const answersOf = (stateDirectory: string): string => join(stateDirectory, 'answers');

/** Leaves a request for the relay, which looks every second. `id` names the file. */
export async function leaveRequest(stateDirectory: string, id: string, request: LocalRequest): Promise<void> {
  const folder = requestsOf(stateDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `${id}.draft`);
  await replaceFile(draft, `${JSON.stringify(request)}\n`);
  // Root may ask, and the relay, which is not root, must be able to read it.
  const { uid, gid } = await stat(folder);
  if (process.getuid?.() === 0) await chown(draft, uid, gid);
  await rename(draft, join(folder, `${id}.json`));
}

/** The requests that wait, oldest name first. A file that is no request comes without one. */
export async function waitingRequests(stateDirectory: string): Promise<readonly RequestFile[]> {
  const folder = requestsOf(stateDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const request = LocalRequest.safeParse(parsed(await readFile(path, 'utf8'))).data;
      return { id: name.slice(0, -'.json'.length), path, request };
    }),
  );
}

/** Answers a request and forgets it. */
export async function answerRequest(
  stateDirectory: string,
  { id, path }: RequestFile,
  answer: LocalAnswer,
): Promise<void> {
  await writeJson(answersOf(stateDirectory), id, answer);
  await rm(path, { force: true });
}

/** Takes the answer to a request, where there is one. */
export async function takeAnswer(stateDirectory: string, id: string): Promise<LocalAnswer | undefined> {
  const path = join(answersOf(stateDirectory), `${id}.json`);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  await rm(path, { force: true });
  return LocalAnswer.parse(parsed(text));
}

async function writeJson(folder: string, id: string, value: object): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(join(folder, `${id}.json`), `${JSON.stringify(value)}\n`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
