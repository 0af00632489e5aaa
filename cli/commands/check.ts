import { Command } from 'commander';
import { checkCommand } from '../../relay/check/index.ts';
import { busConnectionOf } from '../../relay/secrets.ts';
import type { RelaySettings } from '../../relay/settings.ts';
import { connect } from '../../shared/bus/index.ts';
import { globalsOf } from '../command.ts';

type Options = { readonly config: string; readonly policy?: string; readonly strict?: boolean };

export const check = new Command('check')
  .description("verifies the forest from the relay's own account; each fault with the command that mends it")
  .requiredOption('--config <file>', 'relay.yaml')
  .option('--policy <file>', 'policy whose places are checked')
  .option('--strict', 'warnings count as errors for the exit status')
  .action(async (options: Options, command: Command) => {
    process.exitCode = await checkCommand(
      { ...options, json: globalsOf(command).json },
      {
        probes: (settings) => ({
          now: () => new Date(),
          serviceBus: () => reachServiceBus(settings),
          policySeen: async () => undefined,
        }),
        consent: ({ allowPrivilegedAccount }) => ({ allowPrivilegedAccount }),
        say: (text) => process.stdout.write(text),
        complain: (text) => process.stderr.write(text),
      },
    );
  });

/** Opens a link to the queue of outcomes; nothing is sent. */
async function reachServiceBus(settings: RelaySettings): Promise<string> {
  const client = connect(await busConnectionOf(settings));
  try {
    const sender = client.createSender('outcomes');
    await sender.createMessageBatch();
    return client.fullyQualifiedNamespace;
  } finally {
    await client.close();
  }
}
