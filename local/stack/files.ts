import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { IdentityPart } from './identity-part.ts';
import type { DirectoryPart, GraphPart } from './parts.ts';
import { demoOu, type PolicyPart } from './policy.ts';

/** `.local/stack.json`: every address, credential and CA file, for people and for other programs (design §7). */
export type StackFile = {
  readonly graph: { readonly url: string; readonly caFile?: string; readonly token?: string };
  readonly identity: IdentityPart;
  readonly functions: { readonly url: string; readonly key: string };
  readonly serviceBus: { readonly connectionString: string };
  readonly ldap: {
    readonly url: string;
    readonly caFile?: string;
    readonly bindDn: string;
    readonly password: string;
    readonly baseDn: string;
  };
  readonly sinks: { readonly mail: string; readonly teams: string };
  readonly policyFile: string;
  readonly relayFile: string;
};

type Parts = {
  readonly graph: GraphPart;
  readonly identity: IdentityPart;
  readonly serviceBus: string;
  readonly directory: DirectoryPart;
  readonly sinks: { readonly mail: string; readonly teams: string };
  /** The mail server that alerts go to. */
  readonly mail: { readonly host: string; readonly port: number; readonly caFile: string };
  readonly policy: PolicyPart;
  readonly relay: Readonly<Record<string, unknown>> | undefined;
};

export type StackFiles = {
  readonly stackFile: string;
  readonly policyFile: string;
  readonly relayFile: string;
  readonly alertsFile: string;
  /** Writes `stack.json` and `env.sh`, last of all, so that who waits for them finds everything running. */
  readonly finish: (functions: StackFile['functions']) => Promise<StackFile>;
  /** Removes what is worth nothing without the running stack: addresses, secrets, and the books of its relay. */
  readonly tidy: () => Promise<void>;
};

const secret = { mode: 0o600 };

/** Writes what the parts need to run: relay settings, the relay's password, and who is alerted. */
export async function writeStackFiles(folder: string, parts: Parts): Promise<StackFiles> {
  const policyFile = parts.policy.file;
  const relayFile = join(folder, 'relay.yaml');
  const shortLived = ['stack.json', 'env.sh', 'relay-password', 'relay-state'].map((name) =>
    join(folder, name),
  );
  const tidy = async (): Promise<void> => {
    for (const path of shortLived) await rm(path, { recursive: true, force: true });
  };
  // A stack that was killed could not do it: its budgets and held plans are of another domain.
  await tidy();
  await writeFile(join(folder, 'relay-password'), parts.directory.relay.password, secret);
  await writeFile(relayFile, relaySettings(folder, parts), secret);
  const alertsFile = join(folder, 'alerts.yaml');
  await writeFile(alertsFile, alertRoutes(parts.mail));
  return {
    stackFile: join(folder, 'stack.json'),
    policyFile,
    relayFile,
    alertsFile,
    tidy,
    finish: async (functions) => {
      const file = stackFileOf(parts, functions, policyFile, relayFile);
      await writeFile(join(folder, 'env.sh'), environment(file), secret);
      await writeFile(join(folder, 'stack.json'), `${JSON.stringify(file, null, 2)}\n`, secret);
      return file;
    },
  };
}

/** The demo is switched on from the start; a real installation starts in `stage`. */
function relaySettings(folder: string, { directory, serviceBus, policy, relay }: Parts): string {
  return stringify({
    name: 'local',
    mode: 'run',
    directory: {
      urls: [directory.url],
      ...(directory.caFile && { caFile: directory.caFile }),
      bindDn: directory.relay.bindDn,
      passwordFile: join(folder, 'relay-password'),
    },
    serviceBus: { connectionString: serviceBus },
    containers: [
      ...new Set([
        demoOu,
        'CN=RegisteredDevices',
        ...directory.deviceContainers,
        ...policy.places.map(({ dn }) => dn),
      ]),
    ],
    classes: ['group', 'user', 'device'],
    stateDirectory: join(folder, 'relay-state'),
    health: { port: 0 },
    // Whoever names a directory for the demo names an account that they have; ours is least-privileged.
    ...(directory.controller === undefined && { allowPrivilegedAccount: true }),
    ...relay,
  });
}

/** Everything that a person must know goes to the Teams sink at once, and to the mail sink as well. */
function alertRoutes({ host, port, caFile }: Parts['mail']): string {
  return stringify({
    channels: {
      teams: { kind: 'teams', urlSetting: 'TEAMS_URL' },
      mail: {
        kind: 'mail',
        host,
        port,
        startTls: 'required',
        caFile,
        from: 'entra-writeback@contoso.com',
        to: ['identity-team@contoso.com'],
      },
    },
    routes: [
      { route: 'Teams', when: { severity: 'warning' }, to: ['teams', 'mail'], continue: true },
      { route: 'mail', when: { severity: 'warning' }, to: ['mail', 'teams'] },
    ],
  });
}

function stackFileOf(
  parts: Parts,
  functions: StackFile['functions'],
  policyFile: string,
  relayFile: string,
): StackFile {
  const { graph, identity, directory, serviceBus } = parts;
  return {
    graph: {
      url: graph.url,
      ...(graph.caFile && { caFile: resolve(graph.caFile) }),
      ...(graph.token && { token: graph.token }),
    },
    identity: { endpoint: identity.endpoint, header: identity.header },
    functions,
    serviceBus: { connectionString: serviceBus },
    ldap: {
      url: directory.url,
      ...(directory.caFile && { caFile: resolve(directory.caFile) }),
      bindDn: directory.bindDn,
      password: directory.password,
      baseDn: directory.baseDn,
    },
    sinks: parts.sinks,
    policyFile,
    relayFile,
  };
}

/** The same for a shell: `. .local/env.sh`. */
function environment(file: StackFile): string {
  const variables = {
    GRAPH_URL: file.graph.url,
    GRAPH_CA: file.graph.caFile ?? '',
    GRAPH_TOKEN: file.graph.token ?? '',
    FUNCTIONS_URL: file.functions.url,
    FUNCTIONS_KEY: file.functions.key,
    LDAP_URL: file.ldap.url,
    LDAPTLS_CACERT: file.ldap.caFile ?? '',
    LDAP_BIND: file.ldap.bindDn,
    LDAP_PASSWORD: file.ldap.password,
    LDAP_BASE: file.ldap.baseDn,
    SERVICE_BUS: file.serviceBus.connectionString,
  };
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');
}
