import { readPolicySeen } from '../guard/policy-memory.ts';
import type { RelaySettings } from '../settings/settings.ts';
import { reachServiceBus } from './reach-service-bus.ts';
import type { CheckProbes } from './request.ts';

/** What is outside of AD, as the relay with these settings has it. */
export const probesOf = (settings: RelaySettings): CheckProbes => ({
  now: () => new Date(),
  serviceBus: () => reachServiceBus(settings),
  policySeen: () => readPolicySeen(settings.stateDirectory),
});
