import { Command } from 'commander';
import { checkCommand } from '../../relay/check/index.ts';
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
        say: (text) => process.stdout.write(text),
        complain: (text) => process.stderr.write(text),
        width: process.stdout.columns,
      },
    );
  });
