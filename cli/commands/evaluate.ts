import { Command } from 'commander';
import { answer } from '../command.ts';
import { policyText } from '../policy-text.ts';
import { type Evaluation, renderEvaluation } from '../render-evaluation.ts';

type Options = { readonly kind: string; readonly policy?: string; readonly plan?: boolean };

export const evaluate = new Command('evaluate')
  .argument('<id>', 'object id in Entra')
  .description('what the policy says of an object, and why')
  .option('--kind <kind>', 'group, user or device', 'group')
  .option('--policy <file>', 'a candidate policy instead of the one in force')
  .option('--plan', 'also ask the relay what it would do')
  .action(async (id: string, options: Options, command: Command) => {
    const policy = options.policy ? { policy: await policyText(options.policy) } : {};
    const body = { id, kind: options.kind, ...policy, ...(options.plan && { plan: true }) };
    await answer(command, 'POST', '/policy/evaluate', body, (found) => renderEvaluation(found as Evaluation));
  });
