import type { ServiceBusClient } from '@azure/service-bus';
import { noticeOf } from './guard/hold.ts';
import type { RelayState } from './guard/state-directory.ts';
import { dayMs } from './guard/windows.ts';
import { answer } from './handle/handle-hold.ts';
import { pause } from './pause.ts';
import { doRequests } from './person/person-requests.ts';
import { inTurn } from './session/in-turn.ts';
import type { Desk } from './session/turn.ts';
import type { RelaySettings } from './settings/settings.ts';

const lookEveryMs = 1_000;

/** What must happen without a message: requests of people on this machine, holds and records that grow old. */
export async function keepHouse(
  desk: Desk,
  client: ServiceBusClient,
  settings: RelaySettings,
  state: RelayState,
): Promise<void> {
  const { services, log } = desk;
  let forgotten = '';
  while (!services.signal.aborted) {
    try {
      await doRequests(desk, client, state, settings.stateDirectory);
      await endOldHolds(desk, client, state);
      const today = services.now().toISOString().slice(0, 10);
      if (today !== forgotten)
        await state.applied.forget(new Date(services.now().getTime() - settings.keepAppliedDays * dayMs));
      forgotten = today;
    } catch (error) {
      log(
        'relay.housekeepingFailed',
        { message: error instanceof Error ? error.message : String(error) },
        'warn',
      );
    }
    await pause(lookEveryMs, services.signal);
  }
}

/** A hold that nobody decided about ends visibly: the cloud is told and evaluates the object anew. */
async function endOldHolds(desk: Desk, client: ServiceBusClient, state: RelayState): Promise<void> {
  for (const hold of await state.holds.expire(desk.services.now())) {
    const { holdId, object } = hold;
    desk.log('hold.expired', { holdId, kind: object.kind, id: object.id }, 'warn');
    const message = `Nobody decided about the held plan ${holdId} in time; the object is evaluated again.`;
    const failure = { code: 'HOLD_EXPIRED', message, needs: 'retry' as const };
    const { intent: _, ...notice } = noticeOf(hold);
    const outcome = answer(desk.services, hold.intent, failure, notice);
    await inTurn(desk, client, object, async () => outcome);
  }
}
