import { AzureCliCredential } from '@azure/identity';
import { Command, Option } from 'commander';
import { type Feature, features, graphCall, setUp } from '../../infra/setup/index.ts';
import { askConsent } from '../consent.ts';

type Options = {
  readonly identity: string;
  readonly feature: readonly Feature[];
  readonly withdraw?: boolean;
  readonly yes?: boolean;
  readonly graphUrl: string;
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
  .action(async ({ identity, feature, withdraw = false, yes, graphUrl }: Options) => {
    // Granting permissions takes a person with that right: the one who is signed in to the Azure CLI.
    const { token } = await new AzureCliCredential().getToken(`${graphUrl}/.default`);
    const complete = await setUp(
      { identityId: identity, features: feature, withdraw },
      graphCall(graphUrl, async () => token),
      (text) => console.log(text),
      async () => yes === true || askConsent('Grant this?'),
    );
    if (!complete) process.exitCode = 1;
  });
