import { Command } from 'commander';
import { type AppliedPlan, openAppliedRecord } from '../../relay/guard/applied-record.ts';
import { momentOf, planLines } from '../../shared/domain/index.ts';
import { globalsOf, pretty } from '../command.ts';
import { printable } from '../printable.ts';
import { askRelay, personOption, relaySettings, sayAnswer } from '../relay-requests.ts';

type Options = {
  readonly config: string;
  readonly person: string;
  readonly reason?: string;
  readonly yes?: boolean;
};

const listed = 20;

export const undo = new Command('undo')
  .argument(
    '[plan]',
    'id of the plan, or of the intent as the history names it; without it the last plans are listed',
  )
  .description('takes back a plan that was written to AD: shows the inverse, and writes it with --yes')
  .requiredOption('--config <file>', 'relay.yaml of the relay that wrote it')
  .option('--yes', 'write the inverse now')
  .option('--reason <text>', 'why; needed with --yes')
  .addOption(personOption())
  .action(async (id: string | undefined, options: Options, command: Command) => {
    const { stateDirectory } = await relaySettings(options.config);
    const record = await openAppliedRecord(stateDirectory);
    const { json } = globalsOf(command);
    if (id === undefined) {
      const plans = await record.latest(listed);
      console.log(json ? pretty(plans) : plans.map(summary).join('\n') || 'Nothing was written yet.');
      return;
    }
    const applied = await record.find(id);
    if (!applied)
      throw new Error(
        `This relay has no record of the plan ${id}. Without an id the last ${listed} are listed.`,
      );
    console.log(json ? pretty(applied) : page(applied));
    if (!options.yes) return;
    if (!options.reason) throw new Error('--yes needs --reason: why the plan is taken back.');
    const { person, reason } = options;
    const at = momentOf(new Date());
    sayAnswer(
      await askRelay(stateDirectory, { request: 'undo', planId: applied.planId, person, reason, at }),
    );
  });

const summary = ({ planId, at, displayName, object, plan }: AppliedPlan): string =>
  `${planId}  ${at}  ${printable(displayName)} (${object.kind} ${object.id})  ${plan.operations.map(({ op }) => op).join(' ')}`;

const page = (applied: AppliedPlan): string =>
  [
    summary(applied),
    '',
    'It did:',
    ...planLines(applied.plan),
    '',
    'Taking it back would:',
    ...(applied.inverse.operations.length > 0 ? planLines(applied.inverse) : ['do nothing']),
    '',
    'The cloud writes its own view again when it next evaluates the object: mend there what caused the plan.',
    'Nothing is written without --yes.',
  ].join('\n');
