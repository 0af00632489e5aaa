import type { Heartbeat } from '../../shared/domain/index.ts';
import type { Availability } from '../availability.ts';
import { type Budgets, budgetKinds } from '../guard/budgets.ts';
import type { RelayState } from '../guard/state-directory.ts';
import { dayMs, hourMs, used } from '../guard/windows.ts';
import type { RelaySettings } from '../settings/settings.ts';
import { relayVersion } from '../version.ts';
import type { Health } from './health.ts';
import type { Status } from './status.ts';

/** The state of a relay, for the health endpoint: healthy means that changes are being written. */
export function relayHealth(
  settings: RelaySettings,
  limits: Budgets,
  { ledger, holds, policy }: RelayState,
  availability: Availability,
  status: Status,
  now: Date,
): Health {
  const { queue, counts, lastErrors } = status.snapshot();
  const directory = availability.state();
  const budgets = budgetsUsed(limits, ledger, now);
  const open = holds.all().filter(({ state }) => state === 'open');
  return {
    healthy: directory.state === 'up' && queue.state !== 'down',
    name: settings.name,
    version: relayVersion,
    mode: settings.mode,
    policy: policy.last(),
    directory,
    queue,
    counts,
    budgets,
    holds: open.map(({ holdId, object, displayName, heldAt, expiresAt }) => ({
      holdId,
      object,
      displayName,
      heldAt,
      expiresAt,
    })),
    lastErrors,
  };
}

/** How much of each budget this relay has used in the last hour and the last day, of its share. */
export function budgetsUsed(limits: Budgets, ledger: RelayState['ledger'], now: Date): Heartbeat['budgets'] {
  const books = ledger.books();
  return Object.fromEntries(
    budgetKinds.map((kind) => [
      kind,
      {
        hour: { used: used(books, kind, now.getTime(), hourMs), limit: limits[kind].perHour },
        day: { used: used(books, kind, now.getTime(), dayMs), limit: limits[kind].perDay },
      },
    ]),
  );
}
