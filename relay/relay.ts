import { hostname } from 'node:os';
import type { ServiceBusClient } from '@azure/service-bus';
import { createBus } from '../shared/bus/index.ts';
import { watchAvailability } from './availability.ts';
import { becomeReady } from './become-ready.ts';
import type { Directory } from './directory/directory.ts';
import { shareOf } from './guard/budgets.ts';
import { openState } from './guard/state-directory.ts';
import type { Services } from './handle/handle.ts';
import { type Health, serveHealth } from './health/health.ts';
import { beat, type Vitals } from './health/heartbeat.ts';
import { budgetsUsed, relayHealth } from './health/relay-health.ts';
import { createStatus } from './health/status.ts';
import { keepHouse } from './housekeeping.ts';
import type { Log } from './log.ts';
import { runExpressSlot } from './session/express-slot.ts';
import { createFreeSlots } from './session/free-slots.ts';
import { watchQueue } from './session/queue-watch.ts';
import { runSlot } from './session/session-loop.ts';
import type { Desk } from './session/turn.ts';
import type { RelaySettings } from './settings/settings.ts';
import { relayVersion } from './version.ts';

/** The parts of the world that a relay works with. */
export type RelayParts = {
  readonly directory: Directory;
  readonly client: ServiceBusClient;
  readonly log: Log;
  readonly now: () => Date;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  readonly newId: () => string;
};

/** A running relay. */
export type Relay = {
  /** Resolves when AD and Service Bus have both answered. */
  readonly ready: Promise<void>;
  readonly healthPort: number;
  health(): Health;
  /** Finishes the intents in hand, gives back sessions, lock and port. The parts stay open. */
  stop(): Promise<void>;
};

/**
 * Starts the relay: slots that take sessions from `intents`, the watch over AD, the health endpoint,
 * the care for holds. Throws only where it must not start: another relay uses the state directory,
 * the books of the budgets are damaged, the port is taken. AD or Service Bus being away is no such
 * reason; the relay says so and waits.
 */
export async function startRelay(settings: RelaySettings, parts: RelayParts): Promise<Relay> {
  const { directory, client, log, now, random, newId } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const limits = shareOf(settings.budgets);
  const state = await openState(settings.stateDirectory, limits, now);
  const status = createStatus();
  const availability = watchAvailability({
    probe: async () => directory.read((await directory.facts()).baseDn, []),
    log,
    now,
    random,
    signal,
  });
  const services: Services = {
    directory,
    availability,
    guard: {
      mode: settings.mode,
      territory: settings,
      ledger: state.ledger,
      holds: state.holds,
      holdForDays: settings.holds.expireAfterDays,
      newId,
    },
    applied: state.applied,
    relay: { name: settings.name, version: relayVersion, instance: `${hostname()}-${newId()}` },
    now,
    random,
    newId,
    signal,
  };
  const desk: Desk = { services, bus: createBus(client), log, status, policy: state.policy };
  const health = (): Health => relayHealth(settings, limits, state, availability, status, now());
  const server = await serveHealth(settings.health.port, health).catch(async (error: unknown) => {
    stopping.abort();
    await state.close();
    throw error;
  });
  const vitals = (): Vitals => ({
    relay: { name: settings.name, version: relayVersion },
    mode: settings.mode,
    directory: availability.state(),
    budgets: budgetsUsed(limits, state.ledger, now()),
    openHolds: state.holds.all().filter((hold) => hold.state === 'open').length,
    counts: status.snapshot().counts,
  });
  const watch = watchQueue({ status, log, now, random, signal });
  const free = createFreeSlots();
  const slots = settings.mode === 'paused' ? 0 : settings.concurrency;
  const work = [
    ...Array.from({ length: slots }, () => runSlot(desk, client, watch, free)),
    ...(slots > 0 ? [runExpressSlot(desk, client, watch)] : []),
    keepHouse(desk, client, settings, state),
    beat({ bus: desk.bus, vitals, availability, log, now, signal }),
  ];
  const ready = becomeReady(settings, desk, client, watch, server.port);

  return {
    ready,
    healthPort: server.port,
    health,
    async stop() {
      log('relay.stopping');
      stopping.abort();
      await Promise.all(work);
      await server.close();
      await state.close();
      log('relay.stopped');
    },
  };
}
