import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Graph } from '../graph/start.ts';
import { startIdentity } from '../identity/index.ts';
import type { DomainController } from '../samba/controller.ts';
import { type Broker, startBroker } from '../service-bus/broker.ts';
import { startMailSink } from '../sinks/mail-sink.ts';
import { startTeamsSink } from '../sinks/teams-sink.ts';
import { checkBeforeStart } from './before-start.ts';
import { type Child, type ChildLine, startChild } from './child.ts';
import { type StackFile, writeStackFiles } from './files.ts';
import { freePort } from './free-port.ts';
import type { StackOptions } from './options.ts';
import { localTenantId, startDirectory, startGraphPart } from './parts.ts';
import { policyPart } from './policy.ts';

/** The running stack: what it wrote to `stack.json`, and how to end it. */
export type Stack = {
  readonly file: StackFile;
  readonly stackFile: string;
  /** Resolves with a sentence when a part ended by itself. */
  readonly failed: Promise<string>;
  /** The parts that are ours, for tests that disturb them. */
  readonly parts: {
    readonly broker: Broker | undefined;
    readonly controller: DomainController | undefined;
    readonly graph: Graph | undefined;
    /** Ends the relay and starts it again, with relay.yaml as it is now. */
    readonly restartRelay: () => Promise<void>;
    readonly clientState: string;
    readonly mail: Awaited<ReturnType<typeof startMailSink>>;
    readonly teams: Awaited<ReturnType<typeof startTeamsSink>>;
  };
  readonly stop: () => Promise<void>;
};

const projectFolder = resolve(import.meta.dirname, '../..');

/**
 * Starts the whole product on this machine: Graph, Service Bus, identity, AD and the sinks here or
 * as named in the options; the functions and the relay as processes of their own, with nothing but
 * settings that tell them from production. A part that does not start stops the others.
 */
export async function startStack(options: StackOptions, onLine: (line: ChildLine) => void): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const keep = <T extends { readonly stop: () => Promise<unknown> }>(part: T): T => {
    stops.push(async () => void (await part.stop()));
    return part;
  };
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one().catch(() => {});
  };
  try {
    return await assemble(options, onLine, keep, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

type Keep = <T extends { readonly stop: () => Promise<unknown> }>(part: T) => T;

async function assemble(
  options: StackOptions,
  onLine: (line: ChildLine) => void,
  keep: Keep,
  stop: () => Promise<void>,
): Promise<Stack> {
  const folder = resolve(options.directory);
  await checkBeforeStart(folder, options.port);
  const programs = programsOf(options.built);
  await mkdir(folder, { recursive: true });
  const policy = await policyPart(folder, options.policy);
  const [directory, identity, broker, mail, teams] = await Promise.all([
    startDirectory(options, policy.places).then(keep),
    startIdentity({ tenantId: localTenantId }).then(keep),
    options.serviceBus
      ? undefined
      : startBroker({ entities: join(projectFolder, 'infra/service-bus.json') }).then(keep),
    startMailSink().then(keep),
    startTeamsSink().then(keep),
  ]);
  const serviceBus = broker?.connectionString ?? options.serviceBus ?? '';
  const graph = keep(await startGraphPart({ ...options, directory: folder }, directory, identity));
  const key = randomBytes(24).toString('base64url');
  const port = options.port ?? (await freePort());
  const clientState = randomBytes(24).toString('base64url');
  const files = await writeStackFiles(folder, {
    graph,
    identity,
    serviceBus,
    directory,
    sinks: { mail: mail.readUrl, teams: teams.readUrl },
    mail,
    policy,
    relay: options.relay,
  });

  const startRelay = (): Child =>
    startChild({
      name: 'relay',
      script: programs.relay,
      args: ['--config', files.relayFile],
      env: {},
      onLine,
    });
  let relay = startRelay();
  keep({ stop: () => relay.stop() });
  const functions = keep(
    startChild({
      name: 'functions',
      script: join(projectFolder, 'local/functions-host/main.ts'),
      args: [...programs.functions, '--port', String(port)],
      env: {
        ...(options.identity === 'local' && {
          IDENTITY_ENDPOINT: identity.endpoint,
          IDENTITY_HEADER: identity.header,
        }),
        ...(graph.caFile && { NODE_EXTRA_CA_CERTS: graph.caFile }),
        FUNCTIONS_KEY: key,
        GRAPH_BASE_URL: graph.url,
        NOTIFICATION_URL: `http://127.0.0.1:${port}`,
        NOTIFICATION_CLIENT_STATE: clientState,
        ServiceBus: serviceBus,
        STATE_STORE: 'memory:',
        POLICY_FILE: files.policyFile,
        ALERTS_FILE: files.alertsFile,
        TEAMS_URL: teams.url,
        ...options.settings,
      },
      onLine,
    }),
  );
  const [ready] = await Promise.all([
    functions.waitFor('host.ready', 30_000),
    relay.waitFor('relay.ready', 30_000),
  ]);
  const url = String(ready.url);
  await begin(url, key);
  const file = await files.finish({ url, key });
  return {
    file,
    stackFile: files.stackFile,
    failed: firstToEnd([functions, relay]),
    parts: {
      broker,
      controller: directory.controller,
      graph: graph.double,
      restartRelay: async () => {
        await relay.stop();
        relay = startRelay();
        await relay.waitFor('relay.ready', 30_000);
      },
      clientState,
      mail,
      teams,
    },
    stop: async () => {
      await stop();
      await files.tidy();
    },
  };
}

/** The functions and the relay: the sources, or the packages that are deployed. */
const programsOf = (built: string | undefined) =>
  built === undefined
    ? {
        functions: ['--directory', projectFolder, '--entry', 'functions/index.ts'],
        relay: join(projectFolder, 'relay/main.ts'),
      }
    : {
        functions: ['--directory', resolve(built, 'functions')],
        relay: resolve(built, 'relay/entra-writeback-relay.mjs'),
      };

/** What timers would do within a minute is done at once: the policy is known, subscriptions and feeds begin. */
async function begin(url: string, key: string): Promise<void> {
  for (const name of ['watchEveryMinute', 'subscriptions', 'feeds']) {
    const response = await fetch(`${url}/admin/functions/${name}`, {
      method: 'POST',
      headers: { 'x-functions-key': key, 'content-type': 'application/json' },
      body: '{}',
    });
    if (!response.ok)
      throw new Error(`The function ${name} answered ${response.status}: ${await response.text()}`);
  }
}

const firstToEnd = (children: readonly Child[]): Promise<string> =>
  Promise.race(children.map(async (child) => `${child.name} ended by itself with ${await child.exited}.`));
