import { Command } from 'commander';
import { answer, pretty } from '../command.ts';

export const object = new Command('object')
  .argument('<id>', 'object id in Entra')
  .description('the story of one object')
  .action((id: string, _options: unknown, command: Command) =>
    answer(command, 'GET', `/objects/${encodeURIComponent(id)}`, undefined, pretty),
  );
