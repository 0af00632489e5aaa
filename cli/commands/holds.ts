import { Command } from 'commander';
import { z } from 'zod';
import { type HoldDecision, holdMarkdown, momentOf } from '../../shared/domain/index.ts';
import { HeldPlan } from '../../shared/state/index.ts';
import { call } from '../api.ts';
import { answer, connect, globalsOf, pretty } from '../command.ts';
import {
  askRelay,
  type Consent,
  personOption,
  reasonOption,
  relaySettings,
  sayAnswer,
} from '../relay-requests.ts';
import { renderHolds } from '../render-holds.ts';

const HoldList = z.object({ value: z.array(HeldPlan.omit({ plan: true, intent: true })) });

const pathOf = (id: string): string => `/holds/${encodeURIComponent(id)}`;

const list = new Command('list')
  .description('the held plans that wait for a person')
  .option('--state <state>', 'open, applied, rejected, expired, superseded or all', 'open')
  .action(({ state }: { state: string }, command: Command) =>
    answer(command, 'GET', `/holds?state=${encodeURIComponent(state)}`, undefined, (found) =>
      renderHolds(HoldList.parse(found).value),
    ),
  );

const show = new Command('show')
  .argument('<id>', 'the hold, such as hold-0123…')
  .description('what a held plan would do, and why it is held')
  .action((id: string, _options: unknown, command: Command) =>
    answer(command, 'GET', pathOf(id), undefined, (found) => holdMarkdown(HeldPlan.parse(found))),
  );

type Options = Consent & { readonly hash: string; readonly config?: string };

const decision = (verdict: HoldDecision['verdict'], description: string): Command =>
  new Command(verdict)
    .argument('<id>', 'the hold')
    .description(description)
    .requiredOption('--hash <hash>', 'of the plan as you have read it; the first 8 digits or more')
    .addOption(reasonOption())
    .addOption(personOption())
    .option('--config <file>', 'decide on this relay itself (relay.yaml), where no cloud budget counts')
    .action(async (id: string, { hash, person, reason, config }: Options, command: Command) => {
      const connection = await connect(command);
      const hold = HeldPlan.parse(await call(connection, 'GET', pathOf(id)));
      if (!/^[0-9a-f]{8,}$/.test(hash) || !hold.planHash.startsWith(hash))
        throw new Error(
          `The plan that is held has the hash ${hold.planHash}. Read it (holds show ${id}), then decide with its hash.`,
        );
      const { planHash, holdId, object } = hold;
      if (config === undefined) {
        const decided = await call(connection, 'POST', `${pathOf(id)}/${verdict}`, {
          planHash,
          person,
          reason,
        });
        console.log(
          globalsOf(command).json
            ? pretty(decided)
            : `${verdict} was handed to the relay; holds show ${id} tells what came of it.`,
        );
        return;
      }
      const { stateDirectory } = await relaySettings(config);
      const given = {
        type: 'hold',
        object,
        holdId,
        planHash,
        verdict,
        person,
        reason,
        at: momentOf(new Date()),
      } as const;
      const said = await askRelay(stateDirectory, { request: 'verdict', command: given });
      sayAnswer(
        verdict === 'reject' && said.code === 'HOLD_REJECTED' ? { ...said, result: 'applied' } : said,
      );
    });

export const holds = new Command('holds')
  .description('held plans: list, show, approve, reject')
  .addCommand(list, { isDefault: true })
  .addCommand(show)
  .addCommand(decision('approve', 'writes exactly this plan, if AD and the cloud are still as it saw them'))
  .addCommand(decision('reject', 'leaves AD as it is'));
