import { Command } from 'commander';
import { answer } from '../command.ts';
import { renderStatus, type Status } from '../render-status.ts';

export const status = new Command('status')
  .description('how it is going: feeds, subscriptions, counts, violations')
  .option('--watch', 'show it again every two seconds')
  .action(async ({ watch }: { watch?: boolean }, command: Command) => {
    do {
      if (watch) process.stdout.write('\u001b[2J\u001b[H');
      await answer(command, 'GET', '/status', undefined, (found) => renderStatus(found as Status));
      if (watch) await new Promise((resolve) => setTimeout(resolve, 2000));
    } while (watch);
  });
