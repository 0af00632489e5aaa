import { z } from 'zod';
import { ObjectKind } from '../../shared/domain/index.ts';
import { Budgets } from '../guard/budgets.ts';
import { Mode } from '../guard/modes.ts';
import { parseDn } from '../plan/dn.ts';

const dn = z.string().refine((text) => parseDn(text) !== undefined, {
  error: 'is not a distinguished name (such as OU=EntraWriteback, or OU=EntraWriteback,DC=corp,DC=example)',
});

const url = z.string().regex(/^ldaps?:\/\/[^/\s]+\/?$/, {
  error: 'is not the address of a domain controller (ldaps://dc1.corp.example, or ldap:// for StartTLS)',
});

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: 'is not the name of an environment variable',
});

/** Exactly one of these keys must stand there, so that nobody wonders which one counts. */
const exactlyOne = (keys: readonly string[]) => ({
  check: (value: Readonly<Record<string, unknown>>): boolean =>
    keys.filter((key) => value[key] !== undefined).length === 1,
  error: `needs exactly one of ${keys.join(', ')}`,
});

const onePassword = exactlyOne(['passwordFile', 'passwordEnv', 'passwordCredential']);
const oneConnection = exactlyOne([
  'namespace',
  'connectionStringFile',
  'connectionStringEnv',
  'connectionString',
]);

const Directory = z
  .strictObject({
    /** Domain controllers of one domain, the preferred one first. */
    urls: z.tuple([url], url),
    /** Global catalogs of a forest with several domains; without it the domain controllers at port 3269. */
    globalCatalogs: z.array(url).min(1).readonly().optional(),
    /** PEM file of the authorities to trust; without it those of the system. */
    caFile: z.string().min(1).optional(),
    /** The name in the certificates, where it is not the host of the URL. */
    serverName: z.string().min(1).optional(),
    /** DN, user@domain or DOMAIN\user of the relay account. */
    bindDn: z.string().min(1),
    passwordFile: z.string().min(1).optional(),
    passwordEnv: environmentName.optional(),
    /** Name of a generic credential of the account of the service (Windows Credential Manager). */
    passwordCredential: z
      .string()
      .regex(/^[\w.:@-]{1,100}$/, {
        error: 'is not the name of a credential (letters, digits and . : @ - _, at most 100)',
      })
      .optional(),
    connectTimeoutMs: z.int().min(100).max(120_000).default(5_000),
    timeoutMs: z.int().min(100).max(600_000).default(30_000),
    poolSize: z.int().min(1).max(16).default(4),
    pageSize: z.int().min(10).max(1_000).default(1_000),
    memberChunk: z.int().min(1).max(5_000).default(1_000),
  })
  .refine(onePassword.check, { error: onePassword.error });

const ServiceBus = z
  .strictObject({
    /** Reached with the identity of the machine or of the environment (DefaultAzureCredential). */
    namespace: z
      .string()
      .regex(/^[\w.-]+$/, { error: 'is not a namespace (<name>.servicebus.windows.net)' })
      .optional(),
    /** webSockets goes over port 443, where 5671 is closed. */
    transport: z.enum(['amqp', 'webSockets']).default('amqp'),
    /** HTTP proxy on the way out; it implies webSockets. */
    proxy: z.url({ protocol: /^https?$/ }).optional(),
    /** Client id of a user-assigned identity. */
    clientId: z.string().optional(),
    connectionStringFile: z.string().min(1).optional(),
    connectionStringEnv: environmentName.optional(),
    connectionString: z
      .string()
      .startsWith('Endpoint=', { error: 'is not a connection string (Endpoint=sb://…)' })
      .optional(),
  })
  .refine(oneConnection.check, { error: oneConnection.error });

/**
 * relay.yaml. What it allows is the outermost limit of what this relay does, whatever the cloud says;
 * the sample file beside this one explains each setting.
 */
export const RelaySettings = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
    error: 'is not a name of letters, digits, dots and hyphens (at most 63)',
  }),
  /** A new installation starts in `stage`. */
  mode: Mode.default('stage'),
  directory: Directory,
  serviceBus: ServiceBus,
  containers: z.array(dn).min(1, { error: 'needs at least one container' }).readonly(),
  classes: z.array(ObjectKind).min(1).readonly().default(['group']),
  allowAttributes: z.array(z.string()).readonly().default([]),
  /** May originals, named by their SID, be marked and continued where they stand? */
  adoptOriginals: z.boolean().default(true),
  /** Start although the account rules the domain. For a test domain only. */
  allowPrivilegedAccount: z.boolean().default(false),
  budgets: Budgets,
  holds: z.strictObject({ expireAfterDays: z.number().positive().max(90).default(7) }).prefault({}),
  /** Days for which applied plans are kept for undo. */
  keepAppliedDays: z.number().positive().max(3650).default(90),
  stateDirectory: z.string().min(1).default('state'),
  health: z.strictObject({ port: z.int().min(0).max(65_535).default(7410) }).prefault({}),
  /** How many objects are handled at the same time. */
  concurrency: z.int().min(1).max(64).default(16),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type RelaySettings = z.output<typeof RelaySettings>;
