import { type Intent, Outcome } from '../domain/index.ts';
import type { StateStore } from '../state/index.ts';
import type { Surroundings } from './ports.ts';

/** Answers of the relay to inspect intents, kept until the one who asked has read them. */
export type Inspections = {
  keep(outcome: Outcome): Promise<void>;
  take(intentId: string): Promise<Outcome | undefined>;
};

const partition = 'inspections';

export function createInspections(store: StateStore): Inspections {
  return {
    keep: async (outcome) => void (await store.put(partition, outcome.intentId, outcome, 'any')),
    take: async (intentId) => {
      const entry = await store.get(partition, intentId);
      if (!entry) return undefined;
      await store.delete(partition, intentId);
      return Outcome.parse(entry.value);
    },
  };
}

/** How long the relay may take to answer. */
const patienceMs = 20_000;

/** How often the answer is looked for. It arrives on any instance, so the state is where they meet. */
const lookEveryMs = 40;

export type InspectDeps = Omit<Surroundings, 'log' | 'random'> & {
  readonly inspections: Inspections;
  readonly sleep: (ms: number) => Promise<void>;
};

/**
 * Asks the relay what an intent would do in AD as it is now; nothing is written. Undefined when the
 * relay does not answer in time.
 */
export async function inspect(
  intent: Intent,
  traceparent: string,
  deps: InspectDeps,
): Promise<Outcome | undefined> {
  const body = asInspection(intent, deps.newId());
  await deps.bus.send('intents', [{ body, id: body.intentId }], { traceparent });
  const end = deps.now().getTime() + patienceMs;
  while (deps.now().getTime() < end) {
    const outcome = await deps.inspections.take(body.intentId);
    if (outcome) return outcome;
    await deps.sleep(lookEveryMs);
  }
  return undefined;
}

function asInspection(intent: Intent, intentId: string): Intent {
  const { object, cause, reason, rule, policyVersion, displayName, times } = intent;
  const head = {
    type: 'inspect',
    object,
    intentId,
    cause,
    reason,
    rule,
    policyVersion,
    displayName,
    times,
  } as const;
  if (intent.type === 'write') return { ...head, desired: intent.desired, membership: intent.membership };
  const unchanged = { desired: null, membership: { kind: 'unchanged' } } as const;
  if (intent.type === 'inspect') return { ...intent, intentId };
  const { mode, quarantine } = intent;
  return { ...head, ...unchanged, mode, ...(quarantine !== undefined && { quarantine }) };
}
