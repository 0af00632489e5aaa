import { type Intent, Outcome } from '../../domain/index.ts';
import type { StateStore } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';

/** Answers of the relay to inspect intents, kept until the one who asked has read them. */
export type Inspections = {
  keep(outcome: Outcome): Promise<void>;
  take(intentId: string): Promise<Outcome | undefined>;
};

const partition = 'inspections';

/** An answer that nobody fetched within this time came too late for the one who asked. */
const keptMs = 10 * 60_000;

export function createInspections(store: StateStore): Inspections {
  const forget = async (before: number): Promise<void> => {
    for await (const { key, value } of store.list(partition)) {
      const kept = Outcome.safeParse(value).data;
      if (!kept || Date.parse(kept.times.finishedAt) < before) await store.delete(partition, key);
    }
  };
  return {
    keep: async (outcome) => {
      await store.put(partition, outcome.intentId, outcome, 'any');
      await forget(Date.parse(outcome.times.finishedAt) - keptMs);
    },
    take: async (intentId) => {
      const entry = await store.get(partition, intentId);
      if (!entry) return undefined;
      await store.delete(partition, intentId);
      return Outcome.parse(entry.value);
    },
  };
}

/** How often the answer is looked for. It arrives on any instance, so the state is where they meet. */
const lookEveryMs = 40;

export type InspectDeps = Pick<Surroundings, 'bus' | 'now' | 'newId'> & {
  readonly inspections: Inspections;
  readonly sleep: (ms: number) => Promise<void>;
};

/** What the relay would do with an object, and what AD holds of it now. */
export type Inspection = Pick<Outcome, 'plan' | 'observed' | 'leftOut' | 'violations' | 'forest' | 'failure'>;

/**
 * Asks the relay what the intents for one object would do in AD as it is now; nothing is written.
 * Undefined when the relay does not answer all of them in `patienceMs`.
 */
export async function inspect(
  intents: readonly [Intent, ...Intent[]],
  patienceMs: number,
  traceparent: string,
  deps: InspectDeps,
): Promise<Inspection | undefined> {
  const bodies = intents.map((intent) => asInspection(intent, deps.newId()));
  await deps.bus.send(
    'intents',
    bodies.map((body) => ({ body, id: body.intentId })),
    { traceparent },
  );
  const end = deps.now().getTime() + patienceMs;
  const outcomes: Outcome[] = [];
  for (const { intentId } of bodies) {
    const outcome = await answerTo(intentId, end, deps);
    if (!outcome) return undefined;
    outcomes.push(outcome);
  }
  return outcomes.map(inspectionOf).reduce(together);
}

async function answerTo(intentId: string, end: number, deps: InspectDeps): Promise<Outcome | undefined> {
  for (;;) {
    const outcome = await deps.inspections.take(intentId);
    if (outcome || deps.now().getTime() >= end) return outcome;
    await deps.sleep(lookEveryMs);
  }
}

const inspectionOf = ({ plan, observed, leftOut, violations, forest, failure }: Outcome): Inspection => ({
  plan,
  observed,
  leftOut,
  violations,
  ...(forest && { forest }),
  ...(failure && { failure }),
});

/**
 * The parts of a large membership as one answer. Each was planned as if it were the only one, so
 * what they say of the object itself is the same in all; only members differ.
 */
function together(first: Inspection, other: Inspection): Inspection {
  const members = other.plan.operations.filter(({ op }) => op === 'addMembers' || op === 'removeMembers');
  const known = new Set(first.violations.map(({ code }) => code));
  return {
    ...first,
    plan: { operations: [...first.plan.operations, ...members] },
    leftOut: [...first.leftOut, ...other.leftOut],
    violations: [...first.violations, ...other.violations.filter(({ code }) => !known.has(code))],
  };
}

/** The same intent as a question: what would it do? */
export function asInspection(intent: Intent, intentId: string): Intent {
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
  if (intent.type === 'inspect') return { ...intent, intentId };
  const { mode, quarantine } = intent;
  const unchanged = { desired: null, membership: { kind: 'unchanged' } } as const;
  return { ...head, ...unchanged, mode, ...(quarantine !== undefined && { quarantine }) };
}
