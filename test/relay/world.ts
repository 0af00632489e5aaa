import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { Attribute, Change } from 'ldapts';
import { type LdapProxy, startLdapProxy } from '../../local/ldap-proxy/ldap-proxy.ts';
import { withConnection } from '../../local/samba/connection.ts';
import { find } from '../../local/samba/search.ts';
import { startSeededController } from '../../local/samba/seeded-controller.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { directoryFor } from '../../relay/directory-for.ts';
import type { Log } from '../../relay/log.ts';
import { type Relay, startRelay } from '../../relay/relay.ts';
import { RelaySettings } from '../../relay/settings/settings.ts';
import { createBus } from '../../shared/bus/index.ts';
import type { CompareRequest, Comparison, Intent, Outcome } from '../../shared/domain/index.ts';
import { collectOutcomes } from './outcomes.ts';

/** A relay on the real broker and a real domain controller, and what a test does and sees there. */

type Controller = Awaited<ReturnType<typeof startSeededController>>;

export type LogLine = { readonly event: string; readonly fields: Readonly<Record<string, unknown>> };

export type World = {
  readonly dc: Controller['dc'];
  readonly seeded: Controller['directory'];
  /** The proxy that the relay works through, where there is one. */
  readonly proxy: LdapProxy | undefined;
  readonly broker: Broker;
  readonly client: ServiceBusClient;
  readonly relay: Relay;
  readonly settings: RelaySettings;
  readonly lines: LogLine[];
  /** Resolves with the first log line of this event, past or future. */
  logged(event: string): Promise<LogLine>;
  send(...intents: readonly Intent[]): Promise<void>;
  /** Sends one intent and waits for its outcome. */
  outcomeOf(intent: Intent): Promise<Outcome>;
  /** Asks what a sweep asks, and waits for the (last) answer. */
  answerTo(request: CompareRequest): Promise<Comparison>;
  /** The next outcome that is there for this intent. */
  waitFor(intentId: string): Promise<Outcome>;
  look(dn: string, attributes?: readonly string[]): ReturnType<typeof find>;
  membersOf(dn: string): Promise<readonly string[]>;
  /** Somebody else gives an object a mail address, as proxyAddresses has them. */
  giveAddress(dn: string, address: string): Promise<void>;
  restartRelay(changes?: object): Promise<void>;
  stop(): Promise<void>;
};

/**
 * `changes` are merged into relay.yaml's settings. `asAdministrator` binds as somebody who may see
 * deleted objects, which the seeded service account may not. `lock` is how long a session is locked,
 * in ISO 8601. `proxied`, or RELAY_TEST_THROUGH=proxy: the relay works through a proxy that is as strict
 * as Windows AD (see strict.test.ts).
 */
export async function startWorld(
  changes: object = {},
  {
    asAdministrator = false,
    lock = 'PT1M',
    schema = '2016',
    proxied = process.env.RELAY_TEST_THROUGH === 'proxy',
  }: {
    readonly asAdministrator?: boolean;
    readonly lock?: string;
    readonly schema?: '2016' | 'exchange';
    readonly proxied?: boolean;
  } = {},
): Promise<World> {
  const { dc, directory: seeded } = await startSeededController({
    schema,
    seed: { writeback: ['group', 'user', 'device'] },
  });
  const entities = JSON.parse((await readFile('infra/service-bus.json', 'utf8')).replaceAll('PT1M', lock));
  const broker = await startBroker({ entities });
  const stateDirectory = await mkdtemp(join(tmpdir(), 'relay-state-'));
  const client = new ServiceBusClient(broker.connectionString);
  const bus = createBus(client);
  const proxy = proxied ? await startLdapProxy({ upstream: { url: dc.url, caFile: dc.caFile } }) : undefined;
  const account = asAdministrator ? dc : seeded.serviceAccount;
  process.env.RELAY_TEST_PASSWORD = account.password;
  const lines: LogLine[] = [];
  const listeners = new Map<string, ((line: LogLine) => void)[]>();
  const log: Log = (event, fields = {}) => {
    const line = { event, fields };
    lines.push(line);
    for (const listener of listeners.get(event)?.splice(0) ?? []) listener(line);
  };
  const given = {
    name: 'relay-under-test',
    mode: 'run',
    directory: {
      urls: [(proxy ?? dc).url],
      caFile: (proxy ?? dc).caFile,
      bindDn: account.bindDn,
      passwordEnv: 'RELAY_TEST_PASSWORD',
    },
    serviceBus: { connectionString: broker.connectionString },
    containers: [seeded.writebackOu, 'CN=RegisteredDevices'],
    classes: ['group', 'user', 'device'],
    stateDirectory,
    health: { port: 0 },
    allowPrivilegedAccount: asAdministrator,
  };

  let settings = RelaySettings.parse({ ...given, ...changes });
  let relay: Relay;
  let relayClient: ServiceBusClient;
  let directory: ReturnType<typeof directoryFor>;
  const start = async (): Promise<void> => {
    relayClient = new ServiceBusClient(broker.connectionString, {
      retryOptions: { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 5_000 },
    });
    directory = directoryFor(settings, log);
    const parts = { directory, client: relayClient, log, now: () => new Date(), random: Math.random };
    relay = await startRelay(settings, { ...parts, newId: randomUUID });
    await relay.ready;
  };
  const end = async (): Promise<void> => {
    await relay.stop();
    await directory.close();
    await relayClient.close();
  };
  await start();

  const arrived = new Map<string, Outcome[]>();
  const waiting = new Map<string, (outcome: Outcome) => void>();
  const collecting = new AbortController();
  const asking = new Map<string, (answer: Comparison) => void>();
  void collectOutcomes(
    client,
    collecting.signal,
    (outcome) => {
      const waiter = waiting.get(outcome.intentId);
      waiting.delete(outcome.intentId);
      if (waiter) waiter(outcome);
      else arrived.set(outcome.intentId, [...(arrived.get(outcome.intentId) ?? []), outcome]);
    },
    (answer) => {
      if (answer.ask === 'objects' || answer.last) asking.get(answer.sweepId)?.(answer);
    },
  );

  const world: World = {
    dc,
    seeded,
    proxy,
    broker,
    client,
    get relay() {
      return relay;
    },
    get settings() {
      return settings;
    },
    lines,
    logged: (event) => {
      const past = lines.find((line) => line.event === event);
      if (past) return Promise.resolve(past);
      return new Promise((found) => {
        listeners.set(event, [...(listeners.get(event) ?? []), found]);
      });
    },
    send: (...intents) =>
      bus.send(
        'intents',
        intents.map((body) => ({ body })),
      ),
    async outcomeOf(intent) {
      await world.send(intent);
      return world.waitFor(intent.intentId);
    },
    async answerTo(request) {
      const answer = new Promise<Comparison>((found) => asking.set(request.sweepId, found));
      await bus.send('intents', [{ body: request }]);
      return answer;
    },
    waitFor(intentId) {
      const there = arrived.get(intentId)?.shift();
      if (there) return Promise.resolve(there);
      return new Promise((found) => {
        waiting.set(intentId, found);
      });
    },
    look: (dn, attributes = ['*']) => find(dc, dn, attributes),
    membersOf: async (dn) => [...((await find(dc, dn, ['member']))?.values.member ?? [])].sort(),
    giveAddress: (dn, address) =>
      withConnection(dc, (client) =>
        client.modify(
          dn,
          new Change({
            operation: 'replace',
            modification: new Attribute({ type: 'proxyAddresses', values: [address] }),
          }),
        ),
      ),
    async restartRelay(more = {}) {
      await end();
      settings = RelaySettings.parse({ ...settings, ...more });
      await start();
    },
    async stop() {
      collecting.abort();
      await end();
      await client.close();
      await broker.stop();
      await proxy?.stop();
      await dc.stop();
      await rm(stateDirectory, { recursive: true });
    },
  };
  return world;
}
