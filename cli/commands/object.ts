import { Command } from 'commander';
import { answer } from '../command.ts';
import { renderObject, type Story } from '../render-object.ts';
import { searchPath } from '../search.ts';

export const object = new Command('object')
  .argument('<id>', 'object id in Entra')
  .description('the story of one object: in Entra, in AD, what differs, why, and what happened last')
  .option('--kept', 'only what is kept, without asking Graph and AD')
  .action((id: string, { kept }: { readonly kept?: boolean }, command: Command) =>
    answer(
      command,
      'GET',
      searchPath(`/objects/${encodeURIComponent(id)}`, { fresh: kept ? 'false' : undefined }),
      undefined,
      (found) => renderObject(found as Story),
    ),
  );
