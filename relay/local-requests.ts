import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Moment } from '../shared/domain/index.ts';
import { replaceFile } from './guard/durable-file.ts';
import { HoldCommand } from './guard/hold-command.ts';

/** What a person asks of the running relay on its own machine, by a file in its state directory. */
export const LocalRequest = z.discriminatedUnion('request', [
  z.strictObject({ request: z.literal('verdict'), command: HoldCommand }),
  z.strictObject({
    request: z.literal('undo'),
    planId: z.string().min(1).max(128),
    person: z.string().min(1).max(256),
    reason: z.string().min(1).max(2000),
    at: Moment,
  }),
]);
export type LocalRequest = z.output<typeof LocalRequest>;

export type RequestFile = { readonly path: string; readonly request: LocalRequest | undefined };

const folderOf = (stateDirectory: string): string => join(stateDirectory, 'requests');

/** Leaves a request for the relay, which looks every two seconds. `id` names the file. */
export async function leaveRequest(stateDirectory: string, id: string, request: LocalRequest): Promise<void> {
  const folder = folderOf(stateDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(join(folder, `${id}.json`), `${JSON.stringify(request)}\n`);
}

/** The requests that wait, oldest name first. A file that is no request comes without one. */
export async function waitingRequests(stateDirectory: string): Promise<readonly RequestFile[]> {
  const folder = folderOf(stateDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, request: parse(await readFile(path, 'utf8')) };
    }),
  );
}

export const forgetRequest = ({ path }: RequestFile): Promise<void> => rm(path, { force: true });

function parse(text: string): LocalRequest | undefined {
  try {
    return LocalRequest.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
