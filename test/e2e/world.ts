import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'ldapts';
import { withConnection } from '../../local/samba/connection.ts';
import type { Entry } from '../../local/samba/ldif.ts';
import { find, search } from '../../local/samba/search.ts';
import type { ChildLine } from '../../local/stack/child.ts';
import type { StackOptions } from '../../local/stack/options.ts';
import { startStack } from '../../local/stack/stack.ts';

/** An event of the functions or the relay, as the console would get it. */
export type Event = Readonly<Record<string, unknown>>;

/** The whole product on this machine, driven as a person would: Graph over HTTPS, AD over LDAPS. */
export type World = Awaited<ReturnType<typeof startWorld>>;

/** Longest wait for something that should happen within a second. */
const patienceMs = 20_000;

/** `policyText` is the policy as people write it; `setPolicy` replaces it while everything runs. */
export type WorldOptions = Partial<StackOptions> & { readonly policyText?: string };

export async function startWorld({ policyText, ...options }: WorldOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'entra-writeback-e2e-'));
  const ownPolicy = join(directory, 'given-policy.yaml');
  if (policyText !== undefined) await writeFile(ownPolicy, policyText);
  const events: Event[] = [];
  const waiting = new Set<() => void>();
  const hear = ({ event }: ChildLine): void => {
    events.push(unwrap(event));
    for (const wake of waiting) wake();
  };
  const policy = policyText === undefined ? {} : { policy: ownPolicy };
  const stack = await startStack({ identity: 'local', directory, ...policy, ...options }, hear);
  const { graph, ldap, functions } = stack.file;
  const agent = new Agent({ ca: await readFile(graph.caFile ?? ''), keepAlive: true });
  const account = { url: ldap.url, caFile: ldap.caFile ?? '', bindDn: ldap.bindDn, password: ldap.password };

  /** The first event from `since` on that fits; waits for it. */
  const event = async (fits: (event: Event) => boolean, since = 0, what = 'an event'): Promise<Event> => {
    const end = performance.now() + patienceMs;
    for (let next = since; ; ) {
      const found = events.slice(next).find(fits);
      if (found) return found;
      next = events.length;
      const left = end - performance.now();
      if (left <= 0) throw new Error(`${what} did not come. The last events:\n${lastOf(events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, left);
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  };

  return {
    stack,
    events,
    event,
    account,
    baseDn: ldap.baseDn,
    /** How many events there were so far: what comes later is counted from here. */
    mark: (): number => events.length,
    /** A call to Graph as a person with curl would make it. Answers the body; throws on a refusal. */
    graph: (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
      callGraph(agent, graph.url, graph.token ?? '', method, path, body, headers),
    /** A call to the functions. */
    api: (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${functions.url}/api${path}`, {
        ...init,
        headers: { 'x-functions-key': functions.key, 'content-type': 'application/json', ...init.headers },
      }),
    /** The AD group of a cloud group, by its marker. */
    adGroup: async (id: string): Promise<Entry | undefined> =>
      (await search(account, ldap.baseDn, `(adminDescription=Group_${id})`))[0],
    /** Replaces the policy given as text by another one, and waits until it is in force. */
    setPolicy: async (text: string): Promise<void> => {
      const version = async (): Promise<unknown> => {
        const response = await fetch(`${functions.url}/api/status`, {
          headers: { 'x-functions-key': functions.key },
        });
        return ((await response.json()) as { policy: { version: string } }).policy.version;
      };
      const before = await version();
      await writeFile(ownPolicy, text);
      while ((await version()) === before) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    /** Starts a timer function now, as its schedule would. */
    startTimer: async (name: string): Promise<void> => {
      const response = await fetch(`${functions.url}/admin/functions/${name}`, {
        method: 'POST',
        headers: { 'x-functions-key': functions.key, 'content-type': 'application/json' },
        body: '{}',
      });
      if (!response.ok) throw new Error(`${name} answered ${response.status}`);
    },
    /** Somebody's hand in AD: an administrator's connection. */
    byHand: <T>(work: (client: Client) => Promise<T>): Promise<T> => withConnection(account, work),
    search: (filter: string, attributes?: readonly string[]) =>
      search(account, ldap.baseDn, filter, attributes),
    find: (dn: string) => find(account, dn),
    /** Waits until the relay has settled an intent for this object with one of these results. */
    settled: (id: string, since: number, fits: (event: Event) => boolean = () => true): Promise<Event> =>
      event(
        (one) => one.event === 'outcome.settled' && one.id === id && fits(one),
        since,
        `an outcome for ${id}`,
      ),
    decided: (id: string, outcome: string, since: number): Promise<Event> =>
      event(
        (one) => one.event === 'change.decided' && one.id === id && one.outcome === outcome,
        since,
        `the decision ${outcome} for ${id}`,
      ),
    stop: async (): Promise<void> => {
      agent.destroy();
      await stack.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function unwrap(event: Event): Event {
  const message = event.message;
  if (typeof message !== 'string' || !message.startsWith('{')) return event;
  return JSON.parse(message) as Event;
}

const lastOf = (events: readonly Event[]): string =>
  events
    .slice(-25)
    .map((one) => JSON.stringify(one).slice(0, 400))
    .join('\n');

function callGraph(
  agent: Agent,
  base: string,
  token: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
) {
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    const call = request(
      `${base}${path}`,
      {
        agent,
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const status = response.statusCode ?? 0;
          if (status >= 400) reject(new Error(`${method} ${path}: ${status} ${text}`));
          else resolve(text ? (JSON.parse(text) as Record<string, unknown>) : {});
        });
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
