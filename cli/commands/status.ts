import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { secondsOption } from '../arguments.ts';
import { answer } from '../command.ts';
import { renderStatus, type Status } from '../render-status.ts';
import { bad } from '../terminal.ts';

type Options = { readonly watch?: boolean; readonly every: number };

/** Draws a page over the one before: each line to its end, then nothing below. Nothing flickers. */
const over = (page: string): string => `\u001b[H${page.replaceAll('\n', '\u001b[K\n')}\u001b[K\u001b[J`;

export const status = new Command('status')
  .description('how it is going: lag, relays, queues, feeds, counts, violations')
  .option('--watch', 'show it again and again, until Ctrl+C')
  .addOption(secondsOption('--every <seconds>', 'how often, with --watch').default(2))
  .action(async ({ watch, every }: Options, command: Command) => {
    const show = (draw: (page: string) => string): Promise<void> =>
      answer(command, 'GET', '/status', undefined, (found) => draw(renderStatus(found as Status)));
    if (!watch) return show((page) => page);
    process.stdout.write('\u001b[2J');
    for (;;) {
      // An outage of the functions is what one watches for: it is shown and does not end the watching.
      await show(over).catch((error: Error) => console.log(over(bad(error.message))));
      await sleep(every * 1000);
    }
  });
