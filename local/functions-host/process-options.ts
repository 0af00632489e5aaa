import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LOG_LEVELS } from './log.ts';
import { type FunctionKeys, functionKeysSchema } from './settings/keys.ts';

export const USAGE = `Runs a function app on this machine. App settings are environment variables.

  --directory DIR    the app's root with host.json              FUNCTIONS_DIRECTORY   default: .
  --entry FILE       entry module or glob, relative to DIR       FUNCTIONS_ENTRY       default: main of package.json
  --port N           port; 0 takes a free one                    FUNCTIONS_PORT        default: 7071
  --host ADDRESS     loopback address to listen on               FUNCTIONS_HOST        default: 127.0.0.1
  --log-level LEVEL  ${LOG_LEVELS.join(', ')}
                                                                 FUNCTIONS_LOG_LEVEL   default: information

  FUNCTIONS_KEY      the host key (also the master key); a flag would show it in the process list
  FUNCTIONS_KEYS     instead: all keys as JSON, {"host":"…","master":"…","hostKeys":{"name":"…"},
                     "functions":{"function":{"name":"…"}}}
`;

const optionsSchema = z.object({
  directory: z.string().default('.'),
  entry: z.string().optional(),
  port: z.coerce.number().int().min(0).max(65_535).default(7071),
  host: z.literal('127.0.0.1', 'the host listens on 127.0.0.1 only').default('127.0.0.1'),
  logLevel: z.enum(LOG_LEVELS).default('information'),
});

export type ProcessOptions = z.output<typeof optionsSchema> & { readonly keys: FunctionKeys | undefined };

/** Options of the process; flags win over the environment. Throws with the flag, the value and what it should be. */
export function parseProcessOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ProcessOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      directory: { type: 'string' },
      entry: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      'log-level': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const parsed = optionsSchema.safeParse({
    directory: values.directory ?? environment.FUNCTIONS_DIRECTORY,
    entry: values.entry ?? environment.FUNCTIONS_ENTRY,
    port: values.port ?? environment.FUNCTIONS_PORT,
    host: values.host ?? environment.FUNCTIONS_HOST,
    logLevel: values['log-level'] ?? environment.FUNCTIONS_LOG_LEVEL,
  });
  if (!parsed.success)
    throw new Error(`The options are not valid:\n${z.prettifyError(parsed.error)}\nSee --help.`);
  return { ...parsed.data, keys: parseKeys(environment) };
}

function parseKeys(environment: Readonly<Record<string, string | undefined>>): FunctionKeys | undefined {
  const { FUNCTIONS_KEY: host, FUNCTIONS_KEYS: json } = environment;
  if (json === undefined) return host === undefined ? undefined : { host };
  const parsed = functionKeysSchema.safeParse(JSON.parse(json));
  if (!parsed.success) throw new Error(`FUNCTIONS_KEYS is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
