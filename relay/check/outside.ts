import type { Policy } from '../../shared/policy/index.ts';
import { SecretError } from '../settings/secrets.ts';
import { type CheckLine, error, ok, warning } from './line.ts';
import type { CheckProbes } from './request.ts';

/** Whether the namespace lets us in. */
export async function checkServiceBus({ serviceBus }: CheckProbes): Promise<CheckLine> {
  try {
    return ok(
      'service-bus',
      `${await serviceBus()} answers, and lets the relay read intents and send outcomes.`,
    );
  } catch (cause) {
    return error(
      'service-bus',
      `The namespace cannot be reached: ${wordsOf(cause)}`,
      cause instanceof SecretError
        ? 'Correct where serviceBus in relay.yaml says that the connection string is.'
        : 'Open outbound TCP 5671 (or 443: serviceBus.transport: webSockets) to *.servicebus.windows.net, and give the identity the roles Azure Service Bus Data Receiver and Sender.',
    );
  }
}

/** By which policy the cloud decided last, and whether it is the one that was given to check against. */
export async function checkPolicy(
  { policySeen }: CheckProbes,
  given: Policy | undefined,
): Promise<CheckLine> {
  try {
    const seen = await policySeen();
    if (seen === undefined)
      return warning(
        'policy',
        'No intent has come to this relay yet, so the version of the policy is not known.',
        'Wait for the first change, or start a sweep: entra-writeback sweep',
      );
    const detail = `The last intent was decided by policy ${seen.version} at ${seen.at}.`;
    if (given === undefined || given.version === seen.version) return ok('policy', detail);
    return warning(
      'policy',
      `${detail} The file that was given is ${given.version}, so the places checked here are not those that are used.`,
      'Give --policy the file that is deployed, or deploy this one; entra-writeback status shows the version in force.',
    );
  } catch (cause) {
    return warning(
      'policy',
      `What the relay has seen cannot be read: ${wordsOf(cause)}`,
      'Run the check as the user of the relay, who owns its state directory.',
    );
  }
}

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
