import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Parsed } from './world.ts';

export type Received = { readonly path: string; readonly text: string; readonly items: readonly Parsed[] };

/** A webhook endpoint that shakes hands, keeps what it gets, and answers as it is told. */
export const startReceiver = async () => {
  const received: Received[] = [];
  const handshakes: string[] = [];
  const waiters: { readonly enough: () => boolean; readonly resolve: () => void }[] = [];
  const answers: (number | 'hang')[] = [];
  const state = { handshakeStatus: 200, echo: (token: string) => token };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://receiver');
    const token = url.searchParams.get('validationToken');
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      if (token !== null) {
        handshakes.push(url.pathname + url.search);
        response.writeHead(state.handshakeStatus, { 'content-type': 'text/plain' }).end(state.echo(token));
        return;
      }
      received.push({ path: url.pathname, text, items: JSON.parse(text).value });
      for (const waiter of waiters) if (waiter.enough()) waiter.resolve();
      const answer = answers.shift() ?? 202;
      if (answer !== 'hang') response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    received,
    handshakes,
    /** How the next POSTs are answered; 202 when nothing is said. */
    answers,
    state,
    items: () => received.flatMap(({ items }) => items),
    /** Resolves when the condition holds, looked at after every POST. */
    until: (enough: () => boolean): Promise<void> =>
      enough() ? Promise.resolve() : new Promise((resolve) => waiters.push({ enough, resolve })),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
