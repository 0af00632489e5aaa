import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { prepareCommand } from '../../relay/prepare/index.ts';
import { readSecretFile } from '../../relay/settings/secret-file.ts';
import { formatPolicyErrors, loadPolicy, type Policy } from '../../shared/policy/index.ts';
import { askConsent } from '../consent.ts';

type Options = {
  readonly ldapUrl: string;
  readonly ldapCa?: string;
  readonly ldapServerName?: string;
  readonly bindDn: string;
  readonly passwordFile: string;
  readonly account: string;
  readonly ou?: readonly string[];
  readonly policy?: string;
  readonly restoreDeleted?: boolean;
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly script?: string;
};

const kinds = { groups: 'group', users: 'user', devices: 'device' } as const;

export const prepare = new Command('prepare')
  .description('makes a forest ready: containers and exactly the rights that the relay needs')
  .addArgument(new Argument('<what>').choices(Object.keys(kinds)))
  .requiredOption('--ldap-url <url>', 'domain controller, ldaps://…')
  .option('--ldap-ca <file>', 'certificate authority of the domain controller, PEM')
  .option('--ldap-server-name <name>', 'name in its certificate, where it is not the host of the URL')
  .requiredOption('--bind-dn <dn>', 'account of an administrator (DN, user@domain)')
  .requiredOption('--password-file <file>', 'file that holds its password')
  .requiredOption('--account <name>', 'account of the relay, which gets the rights')
  .option('--ou <dn...>', 'where objects are written, instead of the places of the policy')
  .option('--policy <file>', 'policy that names the places; default: the default policy')
  .option('--restore-deleted', 'also let the relay bring deleted objects back with their SID')
  .option('--apply', 'do it, after asking; without it, only what would be done is shown')
  .option('--yes', 'do not ask')
  .addOption(
    new Option(
      '--script <folder>',
      'write a PowerShell script and an LDIF for an administrator instead',
    ).conflicts(['apply', 'yes']),
  )
  .action(async (what: keyof typeof kinds, options: Options) => {
    const password = await passwordIn(options.passwordFile);
    process.exitCode = await prepareCommand(
      {
        kind: kinds[what],
        directory: {
          urls: [options.ldapUrl],
          ...(options.ldapCa && { caFile: options.ldapCa }),
          ...(options.ldapServerName && { serverName: options.ldapServerName }),
          bindDn: options.bindDn,
          password: () => password,
        },
        account: options.account,
        policy: options.policy ? await policyOf(options.policy) : undefined,
        containers: options.ou,
        restoreDeleted: options.restoreDeleted,
        do: options.script ? 'script' : options.apply ? 'apply' : 'show',
      },
      {
        say: (text) => process.stdout.write(text),
        agree: async () => options.yes === true || askConsent('Do this?'),
        save: async ({ name, text }) => {
          const folder = options.script ?? '.';
          const file = join(folder, name);
          await mkdir(folder, { recursive: true });
          await writeFile(file, text);
          console.log(`Written: ${file}`);
        },
      },
    );
  });

async function passwordIn(file: string): Promise<string> {
  const password = await readSecretFile(file).catch((cause: unknown) => {
    throw new Error(`The file ${file} (--password-file) cannot be read. Check its path and its rights.`, {
      cause,
    });
  });
  if (password !== '') return password;
  throw new Error(`The file ${file} (--password-file) is empty.`);
}

async function policyOf(file: string): Promise<Policy> {
  const loaded = loadPolicy(await readFile(file, 'utf8'));
  if (loaded.ok) return loaded.policy;
  throw new Error(formatPolicyErrors(loaded.errors, file));
}
