import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { createFaults, Fault } from './faults.ts';
import { createFramer } from './framing.ts';
import { responseTagOf, success, tags } from './protocol.ts';
import { createQuestions } from './questions.ts';
import { type Request, readRequest } from './requests.ts';
import {
  type Entry,
  type Response,
  readEntry,
  readResponse,
  readResult,
  writeDisconnectionNotice,
  writeEntry,
  writeResult,
} from './responses.ts';
import type { EntryView, Rule } from './rule.ts';

type Waiting = {
  readonly request: Request;
  readonly fault: Fault | undefined;
  readonly views: readonly EntryView[];
};

export type SessionParts = {
  readonly client: Socket;
  readonly server: Socket;
  readonly rules: readonly Rule[];
  readonly faults: Pick<ReturnType<typeof createFaults>, 'next'>;
  readonly count: (request: Request) => void;
};

/**
 * One client's connection and the one to the server behind it. Requests are looked at one after the other, so that
 * rules see what earlier requests have done; answers pass as they come.
 */
export function runSession({ client, server, rules, faults, count }: SessionParts): void {
  const waiting = new Map<number, Waiting>();
  const questions = createQuestions((bytes) => server.write(bytes));
  const end = () => {
    client.destroy();
    server.destroy();
  };
  const answer = (request: Request, resultCode: number, text: string, referral?: string) => {
    const tag = responseTagOf[request.operation];
    const result = { resultCode, text, ...(referral === undefined ? {} : { referral }) };
    if (tag !== undefined) client.write(writeResult(request.id, tag, result));
  };

  /** Answers whether the request still goes to the server. */
  const passes = (request: Request, fault: Fault | undefined): boolean => {
    switch (fault?.kind) {
      case 'busy':
        answer(request, 51, '0000200E: SvcErr: DSID-031A0000, problem 5001 (BUSY), data 0');
        return false;
      case 'unavailable':
        answer(request, 52, '0000200F: SvcErr: DSID-031A0000, problem 5002 (UNAVAILABLE), data 0');
        return false;
      case 'referral':
        answer(request, 10, '0000202B: RefErr: DSID-031007F9, data 0, 1 access points', fault.url);
        return false;
      case 'answer':
        answer(request, fault.resultCode, fault.text);
        return false;
      case 'cutBefore':
        end();
        return false;
      case 'disconnect':
        client.end(writeDisconnectionNotice('The server is shutting down.'));
        server.destroy();
        return false;
      default:
        return true;
    }
  };

  const handle = async (bytes: Buffer): Promise<void> => {
    const request = readRequest(bytes);
    count(request);
    const fault = faults.next(request);
    if (!passes(request, fault)) return;
    for (const rule of rules) {
      const refused = await rule.refuse?.(request, questions);
      if (refused !== undefined) return answer(request, refused.resultCode, refused.text);
    }
    const views =
      request.operation === 'search' ? rules.flatMap((rule) => rule.entries?.(request) ?? []) : [];
    waiting.set(request.id, { request, fault, views });
    server.write(bytes);
  };

  const respond = async (response: Response): Promise<void> => {
    const about = waiting.get(response.id);
    if (about === undefined) return void client.write(response.bytes);
    if (about.fault?.kind === 'cutAfter') return end();
    if (about.fault?.kind === 'silent') return;
    if (about.fault?.kind === 'slow') await delay(about.fault.ms);
    if (response.tag === tags.searchEntry) return passEntry(response, about.views);
    if (response.tag === tags.searchReference) return void client.write(response.bytes);
    waiting.delete(response.id);
    await passResult(response, about);
  };

  const passEntry = (response: Response, views: readonly EntryView[]): void => {
    if (views.length === 0) return void client.write(response.bytes);
    const original = readEntry(response);
    let entry: Entry | undefined = original;
    for (const view of views) entry = entry && view.entry(entry);
    if (entry === undefined) return;
    client.write(entry === original ? response.bytes : writeEntry(response.id, entry));
  };

  const passResult = async (response: Response, { request, views }: Waiting): Promise<void> => {
    const result = readResult(response);
    if (result.resultCode === success) {
      for (const rule of rules) await rule.succeeded?.(request, questions);
      const cut = views.map((view) => view.result()).find((one) => one !== undefined);
      return void client.write(
        cut === undefined ? response.bytes : writeResult(response.id, response.tag, cut),
      );
    }
    let reworded = result;
    for (const rule of rules) reworded = (await rule.reword?.(request, reworded, questions)) ?? reworded;
    const same = reworded.resultCode === result.resultCode && reworded.text === result.text;
    client.write(same ? response.bytes : writeResult(response.id, response.tag, reworded));
  };

  inOrder(client, handle, end);
  // A rule that rewords an answer asks the server meanwhile, so these answers must not wait for the others.
  const others = queue(end);
  const frame = createFramer();
  server.on('data', (chunk: Buffer) => {
    for (const response of frame(chunk).map(readResponse)) {
      if (!questions.take(response)) others(() => respond(response));
    }
  });
  for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end);
}

/** Handles the messages that a socket brings, one after the other. */
function inOrder(socket: Socket, handle: (bytes: Buffer) => Promise<void>, fail: () => void): void {
  const frame = createFramer();
  const enqueue = queue(fail);
  socket.on('data', (chunk: Buffer) => {
    for (const bytes of frame(chunk)) enqueue(() => handle(bytes));
  });
}

/** Runs pieces of work one after the other. */
function queue(fail: () => void): (work: () => Promise<void>) => void {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    last = last.then(work).catch(fail);
  };
}
