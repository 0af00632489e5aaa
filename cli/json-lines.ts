import type { Connection } from './api.ts';
import { credentialsOf, explain, unreachable } from './api.ts';

/** Posts JSON and answers the lines of a stream as they come. A refusal is an Error that says why. */
export async function* postForLines(
  connection: Connection,
  path: string,
  body: unknown,
): AsyncGenerator<unknown> {
  const response = await fetch(`${connection.url}/api${path}`, {
    method: 'POST',
    headers: { ...credentialsOf(connection), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(unreachable(connection.url));
  if (!response.ok || !response.body) throw new Error(explain(response.status, await response.text()));
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line);
  }
  if (rest !== '') yield JSON.parse(rest);
}
