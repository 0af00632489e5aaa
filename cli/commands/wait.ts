import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { call } from '../api.ts';
import { secondsOption } from '../arguments.ts';
import { connect, globalsOf, pretty } from '../command.ts';
import { bad, dim, good } from '../terminal.ts';

type Options = {
  readonly kind: string;
  readonly member?: string;
  readonly absent?: boolean;
  readonly timeout: number;
};

type Completion = {
  readonly id: string;
  readonly state: 'waiting' | 'done' | 'timedOut';
  readonly answer: null | { readonly at: string; readonly result: 'written' | 'alreadySo' };
  readonly seen: null | { readonly code: string; readonly message: string };
};

const everyMs = 500;

export const wait = new Command('wait')
  .argument('<id>', 'object id in Entra')
  .description('waits until a change of the cloud is in AD; ends with 1 when the time is over')
  .addOption(new Option('--kind <kind>', 'its kind').choices(['group', 'user', 'device']).default('group'))
  .option('--member <id>', 'until this member is in the AD group')
  .option('--absent', 'until it is not there any more')
  .addOption(secondsOption('--timeout <seconds>', 'at most so long').default(300))
  .action(async (id: string, { kind, member, absent, timeout }: Options, command: Command) => {
    const connection = await connect(command);
    const wish = {
      object: { kind, id },
      ...(member && { member }),
      change: absent ? 'absent' : 'present',
      timeoutSeconds: timeout,
    };
    let completion = (await call(connection, 'POST', '/completions', wish)) as Completion;
    let told = '';
    while (completion.state === 'waiting') {
      await sleep(everyMs);
      completion = (await call(connection, 'GET', `/completions/${completion.id}`)) as Completion;
      const inTheWay = obstacle(completion);
      if (completion.state === 'waiting' && inTheWay && inTheWay !== told) console.error(dim(inTheWay));
      told = inTheWay || told;
    }
    if (completion.state === 'timedOut') process.exitCode = 1;
    console.log(globalsOf(command).json ? pretty(completion) : render(completion));
  });

/** What stands in the way, as far as it is known. */
const obstacle = ({ seen }: Completion): string => (seen ? `${seen.code}: ${seen.message}` : '');

function render(completion: Completion): string {
  const { answer } = completion;
  if (answer)
    return good(answer.result === 'alreadySo' ? 'It is so already.' : `It is so since ${answer.at}.`);
  return bad(`The time is over. ${obstacle(completion)}`.trimEnd());
}
