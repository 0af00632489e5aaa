import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { secondsOption } from '../arguments.ts';
import { answer } from '../command.ts';
import { renderStatus, type Status } from '../render-status.ts';
import { bad } from '../terminal.ts';

type Options = { readonly watch?: boolean; readonly every: number };

const clear = '\u001b[2J\u001b[H';

export const status = new Command('status')
  .description('how it is going: lag, relays, queues, feeds, counts, violations')
  .option('--watch', 'show it again and again, until Ctrl+C')
  .addOption(secondsOption('--every <seconds>', 'how often, with --watch').default(2))
  .action(async ({ watch, every }: Options, command: Command) => {
    const show = (before: string): Promise<void> =>
      answer(command, 'GET', '/status', undefined, (found) => before + renderStatus(found as Status));
    if (!watch) return show('');
    for (;;) {
      // An outage of the functions is what one watches for: it is shown and does not end the watching.
      await show(clear).catch((error: Error) => console.log(`${clear}${bad(error.message)}`));
      await sleep(every * 1000);
    }
  });
