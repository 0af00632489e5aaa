import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { type Connection, call } from '../api.ts';
import { secondsOption } from '../arguments.ts';
import { connect, globalsOf, pretty } from '../command.ts';
import type { Status } from '../render-status.ts';
import { type LastSweep, lastText, runningText } from '../render-sweep.ts';
import { bad, good, warn } from '../terminal.ts';

type Options = {
  readonly kind?: string;
  readonly full?: boolean;
  readonly report?: boolean;
  readonly wait?: boolean;
  readonly timeout: number;
};

type Begun = {
  readonly kind: string;
  readonly result: 'started' | 'resumed' | 'running' | 'notWritten';
  readonly id: string | null;
};

const everyMs = 1000;

export const sweep = new Command('sweep')
  .description('compares Graph, the policy and AD completely, and repairs or reports what differs')
  .addOption(new Option('--kind <kind>', 'of one kind only').choices(['group', 'user', 'device']))
  .option('--full', 'read all members of every group too, whatever is known of them')
  .option('--report', 'tell what differs and repair nothing')
  .option('--wait', 'show how far it is until it is over; ends with 2 where --report found differences')
  .addOption(secondsOption('--timeout <seconds>', 'with --wait: at most so long').default(3600))
  .action(async (options: Options, command: Command) => {
    const { kind, full = false, report = false, wait, timeout } = options;
    const connection = await connect(command);
    const isJson = globalsOf(command).json === true;
    const wish = { ...(kind && { kind }), full, report };
    const { sweeps } = (await call(connection, 'POST', '/sweep', wish)) as { sweeps: readonly Begun[] };
    if (!isJson) for (const one of sweeps) console.log(begunText(one));
    if (!wait) return isJson ? console.log(pretty({ sweeps })) : undefined;
    const end = performance.now() + timeout * 1000;
    const ended: { readonly kind: string; readonly last: LastSweep }[] = [];
    for (const one of sweeps) {
      if (one.id === null) continue;
      const last = await waitFor(one.kind, one.id, connection, end, isJson ? () => undefined : console.log);
      ended.push({ kind: one.kind, last });
    }
    if (isJson) console.log(pretty({ sweeps: ended }));
    if (report && ended.some(({ last }) => differs(last))) process.exitCode = 2;
  });

function begunText({ kind, result }: Begun): string {
  const texts = {
    started: good('begun'),
    resumed: good('goes on'),
    running: warn('one that does the same runs already'),
    notWritten: 'not written by the policy, nothing to do',
  };
  return `${kind}s: ${texts[result]}`;
}

/** Shows the sweep until it is over and the relay has answered all. Throws where that does not come about. */
async function waitFor(
  kind: string,
  id: string,
  connection: Connection,
  end: number,
  say: (text: string) => void,
): Promise<LastSweep> {
  for (let before = ''; ; await sleep(everyMs)) {
    const { sweeps } = (await call(connection, 'GET', '/status')) as Pick<Status, 'sweeps'>;
    const { running = null, last = null } = sweeps.find((one) => one.kind === kind) ?? {};
    const isOver = last?.sweepId === id;
    if (isOver && last.answered) {
      say(`${kind}s: ${(differs(last) ? warn : good)(lastText(last))}`);
      return last;
    }
    if (!isOver && running?.sweepId !== id) {
      throw new Error(
        `Another sweep of ${kind}s has taken the place of this one. See how it goes: entra-writeback status.`,
      );
    }
    const text = isOver ? lastText(last) : running ? runningText(running) : '';
    if (text !== before) say(`${kind}s: ${text}`);
    before = text;
    if (performance.now() > end) {
      throw new Error(
        bad(`The time is over; the sweep of ${kind}s goes on (${text}). Wait longer with --timeout.`),
      );
    }
  }
}

const differs = ({ differing, orphans, doubled }: LastSweep): boolean => differing + orphans + doubled > 0;
