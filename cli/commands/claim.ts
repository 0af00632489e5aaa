import { Command, Option } from 'commander';
import { Claim } from '../../relay/guard/claim.ts';
import { markerOf, momentOf, ObjectRef } from '../../shared/domain/index.ts';
import {
  askRelay,
  type Consent,
  personOption,
  reasonOption,
  relaySettings,
  sayAnswer,
} from '../relay-requests.ts';

type Options = Consent & {
  readonly config: string;
  readonly kind: string;
  readonly dn: string;
  readonly guid: string;
  readonly expect: readonly string[];
  readonly yes?: boolean;
};

export const claim = new Command('claim')
  .argument('<id>', 'object id in Entra')
  .description(
    'takes over an existing AD object that is not ours: marks it, so that the cloud object continues it',
  )
  .requiredOption('--config <file>', 'relay.yaml of the relay on this machine')
  .addOption(new Option('--kind <kind>').choices(['group', 'user', 'device']).default('group'))
  .requiredOption('--dn <dn>', 'the AD object')
  .requiredOption('--guid <guid>', 'its objectGUID, so that no other object can be meant')
  .option(
    '--expect <marker...>',
    'what adminDescription and msDS-ExternalDirectoryObjectId hold now; without it they must be absent',
    [],
  )
  .addOption(reasonOption())
  .addOption(personOption())
  .option('--yes', 'do it; without it the claim is only shown')
  .action(async (id: string, options: Options) => {
    const { config, kind, dn, guid, expect, person, reason, yes } = options;
    const object = ObjectRef.parse({ kind, id });
    const claimed = Claim.parse({
      object,
      dn,
      guid,
      expects: [...expect],
      person,
      reason,
      at: momentOf(new Date()),
    });
    const { stateDirectory } = await relaySettings(config);
    console.log(
      [
        `${claimed.dn} (${claimed.guid}) gets the marker ${markerOf(object)} and becomes the AD object of ${kind} ${object.id}.`,
        'It keeps its GUID and SID. The cloud then decides its name, attributes and members; budgets apply.',
      ].join('\n'),
    );
    if (!yes) return console.log('Nothing is written without --yes.');
    sayAnswer(await askRelay(stateDirectory, { request: 'claim', claim: claimed }));
  });
