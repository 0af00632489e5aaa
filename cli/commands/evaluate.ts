import { Command, Option } from 'commander';
import { CallRefused, call } from '../api.ts';
import { connect, print } from '../command.ts';
import { policyText } from '../policy-text.ts';
import { type Evaluation, renderEvaluation } from '../render-evaluation.ts';

const kinds = ['group', 'user', 'device'] as const;
type Kind = (typeof kinds)[number];

type Options = { readonly kind?: Kind; readonly policy?: string; readonly plan?: boolean };

export const evaluate = new Command('evaluate')
  .argument('<id>', 'object id in Entra')
  .description('what the policy says of an object, and why')
  .addOption(new Option('--kind <kind>', 'its kind; without it each is tried').choices(kinds))
  .option('--policy <file>', 'a candidate policy instead of the one in force')
  .option('--plan', 'also ask the relay what it would do')
  .action(async (id: string, options: Options, command: Command) => {
    const policy = options.policy ? { policy: await policyText(options.policy) } : {};
    const ask = await askerOf(command, { id, ...policy, ...(options.plan && { plan: true }) });
    const found = options.kind ? await ask(options.kind) : await ofAnyKind(id, ask);
    print(command, found, (one) => renderEvaluation(one as Evaluation));
  });

type Ask = (kind: Kind) => Promise<unknown>;

async function askerOf(command: Command, body: object): Promise<Ask> {
  const connection = await connect(command);
  return (kind) => call(connection, 'POST', '/policy/evaluate', { ...body, kind });
}

/** Graph finds an object under its kind only. */
async function ofAnyKind(id: string, ask: Ask): Promise<unknown> {
  for (const kind of kinds) {
    try {
      return await ask(kind);
    } catch (error) {
      if (!(error instanceof CallRefused && error.status === 404)) throw error;
    }
  }
  throw new Error(`Graph has no group, user or device ${id}, neither live nor in the recycle bin.`);
}
