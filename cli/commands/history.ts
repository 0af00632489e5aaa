import { Command } from 'commander';
import { answer, pretty } from '../command.ts';

export const history = new Command('history')
  .argument('<id>', 'object id in Entra')
  .description('what happened to one object, newest first')
  .action((id: string, _options: unknown, command: Command) =>
    answer(command, 'GET', `/objects/${encodeURIComponent(id)}/history`, undefined, pretty),
  );
