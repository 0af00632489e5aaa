import { type Command, InvalidArgumentError } from 'commander';

/** What `npm start` was asked for. Each part of the stack can be replaced by a real or another one. */
export type StackOptions = {
  readonly graphUrl?: string;
  readonly graphCa?: string;
  readonly ldapUrl?: string;
  readonly ldapBindDn?: string;
  readonly ldapPasswordFile?: string;
  readonly ldapCa?: string;
  readonly serviceBus?: string;
  readonly policy?: string;
  readonly port?: number;
  /** What `npm run build` made, instead of the sources. */
  readonly built?: string;
  readonly identity: 'local' | 'environment';
  readonly directory: string;
  /** Settings of the functions besides those that the stack gives; they win. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Settings of the relay besides those that the stack gives, as in relay.yaml; they win. */
  readonly relay?: Readonly<Record<string, unknown>>;
};

/** Hosts that take real tokens only: there the identity of the environment is used. */
const realGraphHosts = /(^|\.)(graph\.microsoft\.(com|us)|microsoftgraph\.chinacloudapi\.cn)$/;

/** Adds the options of the local stack to a command. */
export function withStackOptions(command: Command): Command {
  return command
    .option(
      '--graph-url <url>',
      'use this Microsoft Graph (a tenant, or another double) instead of the built-in one',
    )
    .option('--graph-ca <file>', 'certificate authority of that Graph, PEM')
    .option('--ldap-url <url>', 'use this Active Directory (ldaps://…) instead of a Samba domain controller')
    .option('--ldap-bind-dn <dn>', 'account of the relay there (DN or UPN)')
    .option('--ldap-password-file <file>', 'file that holds its password')
    .option('--ldap-ca <file>', 'certificate authority of that directory, PEM')
    .option(
      '--service-bus <connection string>',
      'use this Service Bus namespace instead of the built-in broker',
    )
    .option(
      '--policy <file>',
      'policy file; without it .local/policy.yaml, which is written from the default where it is not there',
    )
    .option('--built <folder>', 'run what npm run build has made there (dist), instead of the sources')
    .option('--port <number>', 'port of the functions', portNumber)
    .option(
      '--identity <kind>',
      'local (built-in endpoint) or environment (whatever DefaultAzureCredential finds)',
    )
    .option('--directory <folder>', 'where the stack keeps its files', '.local');
}

/** The options as a program can use them. Throws an Error that names the option when two do not go together. */
export function readStackOptions(given: Readonly<Record<string, unknown>>): StackOptions {
  const options = given as Partial<StackOptions>;
  if (options.ldapUrl && !(options.ldapBindDn && options.ldapPasswordFile)) {
    throw new Error(
      '--ldap-url needs --ldap-bind-dn and --ldap-password-file: the relay has to bind to that directory.',
    );
  }
  if (options.graphCa && !options.graphUrl) throw new Error('--graph-ca goes with --graph-url.');
  const identity = options.identity ?? (isRealGraph(options.graphUrl) ? 'environment' : 'local');
  if (identity !== 'local' && identity !== 'environment') {
    throw new Error(`--identity is "${String(identity)}"; it can be local or environment.`);
  }
  return { ...options, identity, directory: options.directory ?? '.local' };
}

function isRealGraph(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && realGraphHosts.test(new URL(url).hostname);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  }
  return port;
}
