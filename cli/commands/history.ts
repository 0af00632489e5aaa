import { Command } from 'commander';
import { answer } from '../command.ts';
import { type AuditPage, renderAudit } from '../render-audit.ts';
import { type Search, searchOptions, searchPath } from '../search.ts';

export const history = searchOptions(
  new Command('history')
    .argument('<id>', 'object id in Entra')
    .description('what happened to one object, newest first'),
).action((id: string, search: Search, command: Command) =>
  answer(
    command,
    'GET',
    searchPath(`/objects/${encodeURIComponent(id)}/history`, search),
    undefined,
    (found) => renderAudit(found as AuditPage, false),
  ),
);
