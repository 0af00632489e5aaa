import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const Running = z.looseObject({ functions: z.looseObject({ url: z.string(), key: z.string() }) });

/**
 * Looks for what would stop the stack half-way, before anything is started.
 *
 * @throws with the way out when another stack uses the folder, or another program the port
 */
export async function checkBeforeStart(folder: string, port: number | undefined): Promise<void> {
  const running = await runningStack(join(folder, 'stack.json'));
  if (running !== undefined)
    throw new Error(
      `A stack with the folder ${folder} is running already: ${running}. End it with Ctrl-C in its terminal, or give this one a folder of its own: npm start -- --directory FOLDER.`,
    );
  if (port !== undefined && !(await isFree(port)))
    throw new Error(
      `Port ${port} is in use. Choose another one (npm start -- --port NUMBER), or none: then a free one is taken.`,
    );
}

/** The address of the stack that wrote the file, when its functions answer; a file of one that was killed stays behind. */
async function runningStack(file: string): Promise<string | undefined> {
  const { data } = await readFile(file, 'utf8')
    .then((text) => Running.safeParse(JSON.parse(text)))
    .catch(() => ({ data: undefined }));
  if (!data) return undefined;
  const { url, key } = data.functions;
  const answers = await fetch(`${url}/api/status`, { headers: { 'x-functions-key': key } }).then(
    () => true,
    () => false,
  );
  return answers ? url : undefined;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
