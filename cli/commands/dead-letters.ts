import { Command } from 'commander';
import { call } from '../api.ts';
import { answer, connect } from '../command.ts';
import { searchPath } from '../search.ts';
import { bad, dim, good, warn } from '../terminal.ts';

type Letter = {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly code: string;
  readonly reason: string;
  readonly explanation: string;
  readonly at: string | null;
  readonly object: { readonly kind: string; readonly id: string } | null;
  readonly replay:
    | { readonly possible: true; readonly explanation: string }
    | { readonly possible: false; readonly why: string };
  readonly body?: string;
};

const show = new Command('show')
  .argument('<id>', 'as the list names it')
  .description('one message with its body, why it is here, and what replaying it would do')
  .action((id: string, _options: unknown, command: Command) =>
    answer(command, 'GET', `/dead-letters/${encodeURIComponent(id)}`, undefined, (found) =>
      render(found as Letter),
    ),
  );

type ActionOptions = {
  readonly person: string;
  readonly reason?: string;
  readonly all?: boolean;
  readonly queue?: string;
};

const action = (name: 'replay' | 'discard', description: string): Command =>
  new Command(name)
    .argument('[ids...]', 'as the list names them')
    .description(description)
    .requiredOption('--person <name>', 'who does it; the audit names you')
    .option('--reason <text>', 'why, for the audit')
    .option('--all', 'all that are there')
    .option('--queue <queue>', 'with --all: those of this queue')
    .action(async (ids: readonly string[], options: ActionOptions, command: Command) => {
      const connection = await connect(command);
      const { person, reason, all, queue } = options;
      if (ids.length === 0 && !all) throw new Error('Name the messages, or give --all.');
      const chosen = all ? await idsOf(connection, queue) : ids;
      for (const id of chosen) {
        const path = `/dead-letters/${encodeURIComponent(id)}/${name}`;
        const done = await call(connection, 'POST', path, { person, ...(reason && { reason }) }).then(
          () => good(`${name === 'replay' ? 'replayed' : 'discarded'} ${id}`),
          (error: Error) => {
            process.exitCode = 1;
            return `${bad(id)}: ${error.message}`;
          },
        );
        console.log(done);
      }
    });

async function idsOf(
  connection: Parameters<typeof call>[0],
  queue: string | undefined,
): Promise<readonly string[]> {
  const found = (await call(connection, 'GET', searchPath('/dead-letters', { queue }))) as {
    readonly value: readonly Letter[];
  };
  return found.value.map(({ id }) => id);
}

export const deadLetters = new Command('dead-letters')
  .description('messages that nobody works on: set aside, or given up by Service Bus')
  .option('--queue <queue>', 'only those of this queue')
  .action(({ queue }: { readonly queue?: string }, command: Command) =>
    answer(command, 'GET', searchPath('/dead-letters', { queue }), undefined, (found) => {
      const { value } = found as { readonly value: readonly Letter[] };
      return value.length === 0 ? good('None.') : value.map(render).join('\n');
    }),
  )
  .addCommand(show)
  .addCommand(action('replay', 'sends messages once more, or looks at their object anew'))
  .addCommand(action('discard', 'deletes messages; the audit keeps the beginning of each'));

function render({ id, queue, kind, code, reason, explanation, at, object, replay, body }: Letter): string {
  const what = kind === 'setAside' ? 'set aside' : 'given up';
  const about = object ? `  ${dim(`${object.kind} ${object.id}`)}` : '';
  return [
    `${warn(id)}  ${what} on ${queue}  ${bad(code)}  ${dim(at?.replace('T', ' ').slice(0, 19) ?? '')}${about}`,
    ...(reason ? [`    ${reason}`] : []),
    dim(`    ${explanation}`),
    dim(`    replay: ${replay.possible ? replay.explanation : `not possible. ${replay.why}`}`),
    ...(body === undefined ? [] : ['', body]),
  ].join('\n');
}
