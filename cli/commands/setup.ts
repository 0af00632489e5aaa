import { setTimeout as sleep } from 'node:timers/promises';
import { AzureCliCredential } from '@azure/identity';
import { Command, InvalidArgumentError, Option } from 'commander';
import { confirmWebhook, type Feature, features, graphCall, setUp } from '../../infra/setup/index.ts';
import { call } from '../api.ts';
import { connect, globalsOf } from '../command.ts';
import { askConsent } from '../consent.ts';

type Options = {
  readonly identity: string;
  readonly feature: readonly Feature[];
  readonly withdraw?: boolean;
  readonly yes?: boolean;
  readonly graphUrl: string;
  readonly wait: number;
};

export const setup = new Command('setup')
  .description(
    'grants the identity of the function app the least permissions of Graph, after saying which and why',
  )
  .requiredOption(
    '--identity <id>',
    'object id of the identity (output IDENTITY_PRINCIPAL_ID of the deployment)',
  )
  .addOption(
    new Option('--feature <name...>', 'what else is wanted, each with its permissions')
      .choices(features)
      .default([]),
  )
  .option('--withdraw', 'take away permissions that nothing needs')
  .option('--yes', 'do not ask')
  .option('--graph-url <url>', 'Microsoft Graph', 'https://graph.microsoft.com')
  .option('--wait <seconds>', 'how long to wait for the webhook of the function app', wholeSeconds, 360)
  .action(async (options: Options, command: Command) => {
    const { identity, feature, withdraw = false, yes, graphUrl } = options;
    // Granting permissions takes a person with that right: the one who is signed in to the Azure CLI.
    const { token } = await new AzureCliCredential().getToken(`${graphUrl}/.default`);
    const complete = await setUp(
      { identityId: identity, features: feature, withdraw },
      graphCall(graphUrl, async () => token),
      (text) => console.log(text),
      async () => yes === true || askConsent('Grant this?'),
    );
    const works = complete && (await webhookOf(command, options.wait));
    if (!works) process.exitCode = 1;
  });

const everySeconds = 5;

/** Looks for the webhook where the address of the functions is known, and says how to look where it is not. */
async function webhookOf(command: Command, patience: number): Promise<boolean> {
  if (!(globalsOf(command).url ?? process.env.ENTRA_WRITEBACK_URL)) {
    console.log(
      'Whether it works: set ENTRA_WRITEBACK_URL and ENTRA_WRITEBACK_KEY, then entra-writeback status.',
    );
    return true;
  }
  const connection = await connect(command);
  const end = performance.now() + patience * 1000;
  const look = {
    status: () => call(connection, 'GET', '/status'),
    now: () => new Date(),
    again: async (): Promise<boolean> => {
      if (performance.now() > end) return false;
      await sleep(everySeconds * 1000);
      return true;
    },
  };
  return confirmWebhook(look, (text) => console.log(text));
}

function wholeSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new InvalidArgumentError('It is a whole number of seconds.');
  return seconds;
}
