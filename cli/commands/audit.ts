import { Command } from 'commander';
import { callText, nextOf } from '../api.ts';
import { answer, connect } from '../command.ts';
import { type AuditPage, renderAudit } from '../render-audit.ts';
import { type Search, searchOptions, searchPath } from '../search.ts';

const exportAudit = new Command('export')
  .description('the audit as JSON lines, newest first, all of it')
  .option('--since <time>', 'from this time on')
  .option('--before <time>', 'before this time')
  .action(async (range: Pick<Search, 'since' | 'before'>, command: Command) => {
    const connection = await connect(command);
    for (let path: string | undefined = searchPath('/audit/export', range); path; ) {
      const part = await callText(connection, path);
      process.stdout.write(part.text);
      path = nextOf(part.link);
    }
  });

export const audit = searchOptions(
  new Command('audit').description('what happened: by time, code, member or object'),
)
  .option('--id <id>', 'only this object')
  .option('--kind <kind>', 'its kind, where it is no group')
  .action((search: Search, command: Command) =>
    answer(command, 'GET', searchPath('/audit', search), undefined, (found) =>
      renderAudit(found as AuditPage, true),
    ),
  )
  .addCommand(exportAudit);
