import type { Heartbeat, ViolationCode } from '../../domain/index.ts';
import type { Incidents, Relays } from '../../state/index.ts';
import type { SystemViolation } from '../app.ts';
import { relayOf } from '../operate/status.ts';

export type WatchRelaysDeps = {
  readonly relays: Pick<Relays, 'list' | 'forget'>;
  readonly incidents: Pick<Incidents, 'find'>;
  readonly raise: (violation: SystemViolation) => Promise<void>;
  readonly resolve: (code: ViolationCode, subject: string) => Promise<void>;
  readonly now: () => Date;
};

const code = 'RELAY_SILENT';
/** Longer than the update of a machine, restart included, shorter than anyone's patience with PIM. */
const toldAfterSeconds = 5 * 60;
const forgottenAfterSeconds = 7 * 86_400;

/**
 * Tells people of a relay that went silent without saying that it stops, and resolves that when it
 * is back or has been gone for a week. One that was stopped is nobody's alarm, unless it was the last.
 */
export async function watchRelays(deps: WatchRelaysDeps): Promise<void> {
  const now = deps.now();
  const heard = await Array.fromAsync(deps.relays.list(), (heartbeat) => ({
    heartbeat,
    relay: relayOf(heartbeat, now),
  }));
  const anyAlive = heard.some(({ relay }) => relay.state === 'alive');
  for (const { heartbeat, relay } of heard) {
    const subject = subjectOf(heartbeat);
    const isForgotten = relay.secondsSinceContact > forgottenAfterSeconds;
    const isMissed = relay.state === 'silent' || (relay.state === 'stopped' && !anyAlive);
    const isOpen = (await deps.incidents.find(code, { subject })) !== undefined;
    if (isForgotten) await deps.relays.forget(heartbeat);
    if (isForgotten || relay.state === 'alive') {
      if (isOpen) await deps.resolve(code, subject);
    } else if (isMissed && !isOpen && relay.secondsSinceContact > toldAfterSeconds) {
      await deps.raise(violationOf(heartbeat, relay.state, anyAlive));
    }
  }
}

function violationOf(heartbeat: Heartbeat, state: string, anyAlive: boolean): SystemViolation {
  const what = state === 'stopped' ? 'was stopped' : 'has gone silent';
  const others = anyAlive ? 'Other relays go on.' : 'No other relay is there: nothing is written to AD.';
  const message = `The relay ${subjectOf(heartbeat)} ${what}; it was last heard of at ${heartbeat.at}. ${others}`;
  return { code, subject: subjectOf(heartbeat), message, details: { lastContact: heartbeat.at } };
}

const subjectOf = ({ relay }: Heartbeat): string => `${relay.name} on ${relay.host}`;
