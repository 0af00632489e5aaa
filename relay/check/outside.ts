import { type CheckLine, error, ok, warning } from './line.ts';
import type { CheckProbes } from './request.ts';

/** Whether the namespace lets us in. */
export async function checkServiceBus({ serviceBus }: CheckProbes): Promise<CheckLine> {
  try {
    return ok('service-bus', `${await serviceBus()} answers and lets the relay in.`);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    return error(
      'service-bus',
      `The namespace cannot be reached: ${words}`,
      'Open outbound TCP 5671 (or 443 for WebSockets) to *.servicebus.windows.net, and give the identity the roles Azure Service Bus Data Receiver and Sender.',
    );
  }
}

/** By which policy the cloud decided last. */
export async function checkPolicy({ policySeen }: CheckProbes): Promise<CheckLine> {
  const seen = await policySeen();
  if (seen !== undefined)
    return ok('policy', `The last intent was decided by policy ${seen.version} at ${seen.at}.`);
  return warning(
    'policy',
    'No intent has come to this relay yet, so the version of the policy is not known.',
    'Wait for the first change, or start a sweep: entra-writeback sweep',
  );
}
