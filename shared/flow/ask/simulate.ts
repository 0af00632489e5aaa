import { setImmediate } from 'node:timers/promises';
import { desiredObject } from '../../desired/index.ts';
import type { Decision, Moment, ObjectKind, ObjectRef, Snapshot, Violation } from '../../domain/index.ts';
import { momentOf } from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import { evaluate, type Policy, requirements } from '../../policy/index.ts';
import type { ObjectState, ObjectStates } from '../../state/index.ts';
import type { DecideDeps } from '../evaluate/decide-change.ts';
import { nameOf } from '../name-of.ts';
import { type Difference, type Effect, effectOf, type Side } from './simulation/effect.ts';
import { objectsOf } from './simulation/objects.ts';
import { lookAt, noSizes, type Sizes, withSizes } from './simulation/sizes.ts';
import { createTally, type Tally } from './simulation/tally.ts';

export type SimulateDeps = {
  readonly graph: Pick<Graph, 'listObjects' | 'completeSnapshots' | 'readObject' | 'countMembers'>;
  readonly states: Pick<ObjectStates, 'load' | 'list'>;
  readonly context: DecideDeps['context'];
  readonly now: () => Date;
};

export type SimulationRequest = {
  /** The policy in force. */
  readonly policy: Policy;
  readonly candidate: Policy;
  /** Kinds to look at, of those that one of the policies writes. */
  readonly kinds: readonly ObjectKind[];
  /** Most objects of each effect that are named; all are counted. */
  readonly limit: number;
  /** When to give up. */
  readonly deadline: Date;
};

/** An object that the candidate would touch or refuse. */
export type ObjectLine = {
  readonly type: 'object';
  readonly object: ObjectRef;
  readonly displayName: string;
  readonly effect: Exclude<Effect, 'none'>;
  readonly decision: Omit<Decision, 'trace' | 'settings' | 'policyVersion'>;
  /** What was decided last, and where the object is in AD. */
  readonly now: { readonly outcome: string; readonly rule: string | null; readonly dn: string | null } | null;
  /** Where it would be in AD, for what would be written; below the domain where the container names none. */
  readonly place: { readonly commonName: string; readonly container: string } | null;
  readonly differences: readonly Difference[];
  readonly violations: readonly Pick<Violation, 'code' | 'message'>[];
};

/** The lines of a simulation: the last one is `summary`, or `failed` where it did not come to its end. */
export type SimulationLine =
  | {
      readonly type: 'started';
      readonly at: Moment;
      readonly candidate: string;
      readonly inForce: string;
      readonly kinds: readonly ObjectKind[];
    }
  | ObjectLine
  | { readonly type: 'progress'; readonly kind: ObjectKind; readonly evaluated: number }
  | { readonly type: 'unreadable'; readonly message: string }
  | ({
      readonly type: 'summary';
      readonly seconds: number;
      /** Objects that Graph answered in a form that could not be read. */
      readonly unreadable: number;
      /** Objects that are counted and were not named, because of the limit. */
      readonly omitted: number;
      /** How large groups are, where the candidate or their limit asks for it. Who their members are is not looked at. */
      readonly sizes: Sizes;
    } & Tally)
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly evaluated: number };

/** A line of progress comes after so many objects, so that nobody on the way takes the stream for dead. */
const progressEvery = 1000;

/**
 * What a candidate policy would do to every object of the tenant, compared with what the state store
 * says is in AD. Reads only. Constant time for each object; memory is that of one page of Graph. Members
 * of groups are counted and not read: who of them has an AD account is found when a group is evaluated.
 */
export async function* simulate(
  request: SimulationRequest,
  deps: SimulateDeps,
): AsyncGenerator<SimulationLine, void, void> {
  const { policy, candidate, deadline } = request;
  const startedAt = deps.now();
  const policies = [policy, candidate];
  const kinds = request.kinds.filter((kind) => policies.some((one) => writes(kind, one)));
  yield {
    type: 'started',
    at: momentOf(startedAt),
    candidate: candidate.version,
    inForce: policy.version,
    kinds,
  };
  const tally = createTally();
  const failed = (code: string, message: string): SimulationLine => ({
    type: 'failed',
    code,
    message,
    evaluated: tally.evaluated(),
  });
  let unreadable = 0;
  let omitted = 0;
  let sizes = noSizes;
  let told = 0;
  for (const kind of kinds) {
    for await (const batch of objectsOf(kind, policies, deps)) {
      if ('failed' in batch) return yield failed('GRAPH_UNREADABLE', batch.failed.message);
      if ('refused' in batch) {
        unreadable += batch.refused.length;
        for (const message of batch.refused) yield { type: 'unreadable', message };
        continue;
      }
      const sized = await withSizes(batch.objects, policies, candidate, deps);
      if ('failed' in sized) return yield failed('GRAPH_UNREADABLE', sized.failed.message);
      sizes = sumOf(sizes, sized.sizes);
      for (const { snapshot, state } of sized.objects) {
        const line = await lineOf(snapshot, state, policy, candidate, deps);
        tally.count(line.effect, line.decision.rule, line.decision.reason);
        if (line.effect === 'none') continue;
        if (tally.of(line.effect) <= request.limit) yield { ...line, effect: line.effect };
        else omitted += 1;
      }
      // Evaluating is pure and memory answers at once: without this, live changes would wait for the whole tenant.
      await setImmediate();
      if (tally.evaluated() - told >= progressEvery) {
        told = tally.evaluated();
        yield { type: 'progress', kind, evaluated: told };
      }
      if (deps.now() > deadline) {
        const minutes = Math.round((deadline.getTime() - startedAt.getTime()) / 60_000);
        return yield failed(
          'TIME_LIMIT',
          `The tenant was not read within ${minutes} minutes. Simulate one kind at a time ("kinds").`,
        );
      }
    }
  }
  const seconds = (deps.now().getTime() - startedAt.getTime()) / 1000;
  yield { type: 'summary', seconds, unreadable, omitted, sizes, ...tally.total() };
}

const sumOf = (one: Sizes, other: Sizes): Sizes => ({
  counted: one.counted + other.counted,
  remembered: one.remembered + other.remembered,
  unknown: one.unknown + other.unknown,
});

/** Users and devices are looked at only where some rule writes them. */
function writes(kind: ObjectKind, policy: Policy): boolean {
  const { users, devices } = requirements(policy);
  return { group: true, user: users.written, device: devices.written }[kind];
}

async function lineOf(
  snapshot: Snapshot,
  state: ObjectState,
  policy: Policy,
  candidate: Policy,
  deps: SimulateDeps,
): Promise<Omit<ObjectLine, 'effect'> & { readonly effect: Effect }> {
  const { kind, id } = snapshot;
  const change = lookAt(snapshot);
  const side = async (one: Policy): Promise<Side> => ({
    policy: one,
    evaluation: evaluate({ snapshot, policy: one, context: await deps.context(change, state, one) }),
  });
  const after = await side(candidate);
  const before = candidate.version === policy.version ? after : await side(policy);
  const { decision, violations } = after.evaluation;
  const { effect, differences } = effectOf(snapshot, state, before, after);
  const { lastDecision, dn } = state;
  return {
    type: 'object',
    object: { kind, id },
    displayName: snapshot.presence === 'deleted' ? (state.displayName ?? id) : nameOf(snapshot),
    effect,
    decision: short(decision),
    now: lastDecision ? { outcome: lastDecision.outcome, rule: lastDecision.rule, dn: dn ?? null } : null,
    place: placeOf(snapshot, after),
    differences,
    violations: violations.map(({ code, message }) => ({ code, message })),
  };
}

function placeOf(snapshot: Snapshot, { policy, evaluation: { write } }: Side): ObjectLine['place'] {
  if (!write) return null;
  const { commonName, container } = desiredObject(snapshot, write, policy.exchange);
  return { commonName, container };
}

/** A decision without what is the same for all objects, or as long as the policy. */
function short(decision: Decision): ObjectLine['decision'] {
  const { trace: _trace, policyVersion: _version, ...rest } = decision;
  if (!('settings' in rest)) return rest;
  const { settings: _settings, ...write } = rest;
  return write;
}
