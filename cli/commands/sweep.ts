import { Command, Option } from 'commander';
import { answer } from '../command.ts';
import { dim, good, warn } from '../terminal.ts';

type Options = { readonly kind?: string; readonly full?: boolean; readonly report?: boolean };

type Answer = {
  readonly sweeps: readonly {
    readonly kind: string;
    readonly result: 'started' | 'resumed' | 'running' | 'notWritten';
  }[];
};

export const sweep = new Command('sweep')
  .description('looks at everything now, in the cloud and in AD, and mends what differs')
  .addOption(new Option('--kind <kind>', 'only this kind').choices(['group', 'user', 'device']))
  .option('--full', 'reads all members of every group, whatever is known of them')
  .option('--report', 'tells what differs and mends nothing')
  .action((options: Options, command: Command) =>
    answer(command, 'POST', '/sweep', options, (found) => render(found as Answer)),
  );

const words = {
  started: good('started'),
  resumed: good('goes on'),
  running: warn('is running already'),
  notWritten: dim('nothing to do: the policy writes none'),
} as const;

function render({ sweeps }: Answer): string {
  const lines = sweeps.map(({ kind, result }) => `  ${`${kind}s`.padEnd(9)}${words[result]}`);
  return [...lines, dim('  entra-writeback status tells how far it is.')].join('\n');
}
