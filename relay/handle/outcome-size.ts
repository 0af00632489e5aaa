import type { Operation, Outcome, WireValue } from '../../shared/domain/index.ts';

/** Service Bus Standard takes 256 KB with headers (262,144 bytes); the envelope needs some of it. */
const mostBytes = 245_000;

/** What is cut in turn until an outcome fits into one message. */
const cuts = [
  { members: 500, changed: 1000, leftOut: 1000, value: 4096 },
  { members: 100, changed: 300, leftOut: 200, value: 1024 },
  { members: 10, changed: 20, leftOut: 50, value: 128 },
] as const;

type Cut = (typeof cuts)[number];
type Values = Readonly<Record<string, readonly WireValue[]>>;

/**
 * The outcome, with long lists of members and long values cut so that it fits into one message. The
 * counts stay right; the whole plan is in the relay's own records and in the held plan. The intent of
 * a held plan goes last, since any relay can carry out an approval with it.
 */
export function fitting(outcome: Outcome): Outcome {
  for (const one of shorterAndShorter(outcome))
    if (Buffer.byteLength(JSON.stringify(one)) <= mostBytes) return one;
  return { ...shortened(withoutIntent(outcome), cuts[2]), plan: { operations: [] }, observed: null };
}

function* shorterAndShorter(outcome: Outcome): Iterable<Outcome> {
  for (const one of [outcome, withoutIntent(outcome)]) {
    yield one;
    for (const cut of cuts) yield shortened(one, cut);
  }
}

function withoutIntent(outcome: Outcome): Outcome {
  if (!outcome.hold) return outcome;
  const { intent: _, ...hold } = outcome.hold;
  return { ...outcome, hold };
}

function shortened(outcome: Outcome, cut: Cut): Outcome {
  const { observed, changedMembers } = outcome;
  return {
    ...outcome,
    ...(changedMembers && { changedMembers: removedFirst(changedMembers).slice(0, cut.changed) }),
    plan: { operations: outcome.plan.operations.map((operation) => shorter(operation, cut)) },
    planTruncated: true,
    observed: observed && { ...observed, attributes: shortValues(observed.attributes, cut) },
    leftOut: outcome.leftOut.slice(0, cut.leftOut),
  };
}

/** Who lost access is what people ask for first. */
const removedFirst = (members: NonNullable<Outcome['changedMembers']>) =>
  members.toSorted((one, other) => Number(one.change === 'added') - Number(other.change === 'added'));

function shorter(operation: Operation, cut: Cut): Operation {
  switch (operation.op) {
    case 'addMembers':
    case 'removeMembers':
      return { ...operation, members: operation.members.slice(0, cut.members) };
    case 'create':
      return { ...operation, attributes: shortValues(operation.attributes, cut) };
    case 'modify':
      return {
        ...operation,
        replace: shortValues(operation.replace, cut),
        before: shortValues(operation.before, cut),
      };
    default:
      return operation;
  }
}

/** A long value is replaced by its length: half a value would look like a whole one. */
const shortValues = (values: Values, { value: most }: Cut): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, list]) => [
      name,
      list.map((value) => {
        const { length } = typeof value === 'string' ? value : value.base64;
        return length > most ? `(${length} characters)` : value;
      }),
    ]),
  );
