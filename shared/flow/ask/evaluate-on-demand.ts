import {
  type Change,
  type Decision,
  type DesiredObject,
  type Intent,
  type LeftOut,
  type MemberRecord,
  type Moment,
  momentOf,
  type ObjectRef,
  type Reference,
  type Snapshot,
  type Violation,
} from '../../domain/index.ts';
import { type Context, describe, type Policy, type PolicyError, requirements } from '../../policy/index.ts';
import { type ObjectState, unknownObject } from '../../state/index.ts';
import { type DecideDeps, decideSnapshot } from '../evaluate/decide-change.ts';
import type { Evaluated } from '../evaluate/evaluate-change.ts';
import { lookIntent } from '../evaluate/intents.ts';
import { readSnapshot } from '../evaluate/read-snapshot.ts';
import { type CandidateResult, readCandidate } from './candidate-policy.ts';
import type { EvaluationRequest, EvaluationTarget } from './evaluation-request.ts';

export type MemberAnswer = {
  readonly written: readonly Reference[];
  readonly leftOut: readonly LeftOut[];
  /** How many there are in all; the lists name the first of them. */
  readonly counts: { readonly written: number; readonly leftOut: number };
};

export type EvaluationAnswer = {
  readonly object: ObjectRef;
  readonly displayName: string;
  readonly policyVersion: string;
  readonly decision: Omit<Decision, 'trace'>;
  readonly explanation: string;
  readonly trace: Decision['trace'];
  readonly snapshot: Snapshot;
  readonly desired: DesiredObject | null;
  /** For groups that are written. */
  readonly members: MemberAnswer | null;
  readonly violations: readonly Violation[];
};

export type OnDemandResult =
  | {
      readonly ok: true;
      readonly answer: EvaluationAnswer;
      /** What the relay would be asked; where nothing would be, to look at the object. Never empty. */
      readonly intents: readonly [Intent, ...Intent[]];
    }
  | { readonly ok: false; readonly code: 'POLICY_INVALID'; readonly errors: readonly PolicyError[] }
  | { readonly ok: false; readonly code: 'NOT_FOUND' | 'GRAPH_UNREADABLE'; readonly message: string };

/** How many members an answer names. */
const namedMembers = 1000;

/**
 * Evaluates on demand: the same decision that a change would come to, with nothing sent and nothing
 * kept. Reads Graph and the state where an id is given; an inline object is decided over alone.
 */
export async function evaluateOnDemand(
  { target, policy: candidate }: Pick<EvaluationRequest, 'target' | 'policy'>,
  deps: DecideDeps,
): Promise<OnDemandResult> {
  const choice: CandidateResult =
    candidate === undefined ? { ok: true, policy: await deps.policy() } : readCandidate(candidate);
  if (!choice.ok) return choice;
  const { policy } = choice;
  const change = changeOf(target, momentOf(deps.now()));
  const subject =
    target.of === 'graph' ? await subjectInGraph(change, policy, deps) : subjectGiven(target, deps);
  if ('code' in subject) return { ok: false, ...subject };
  const { snapshot, state, context, reader } = subject;
  const wish = { read: change.kind === 'group' ? 'complete' : 'none' } as const;
  const evaluated = await decideSnapshot(change, wish, state, snapshot, policy, context, reader);
  if (evaluated.step === 'unreadable')
    return { ok: false, code: 'GRAPH_UNREADABLE', message: evaluated.why.message };
  if (evaluated.step === 'unknown') return { ok: false, ...notFound(change) };
  const [first, ...others] = evaluated.intents;
  const look = lookIntent(headOf(change, evaluated), deps.newId);
  return { ok: true, answer: answerOf(change, evaluated), intents: first ? [first, ...others] : [look] };
}

/** All that one decision is made of. */
type Subject = {
  readonly snapshot: Snapshot;
  readonly state: ObjectState;
  readonly context: Context;
  readonly reader: DecideDeps;
};

async function subjectInGraph(change: Change, policy: Policy, deps: DecideDeps) {
  const state = await deps.states.load(change);
  const readAt = momentOf(deps.now());
  const read = await readSnapshot(change, state, deps.graph, requirements(policy), readAt);
  if (read.read === 'failed') return { code: 'GRAPH_UNREADABLE', message: read.why.message } as const;
  if (read.read === 'unknown') return notFound(change);
  const context = await deps.context(change, state, policy);
  return { snapshot: read.snapshot, state, context, reader: deps };
}

const notFound = ({ kind, id }: Change) =>
  ({
    code: 'NOT_FOUND',
    message: `Graph has no ${kind} ${id}, neither live nor in the recycle bin. Check the id, and give its kind (group, user or device).`,
  }) as const;

/** The members that came with the request stand in for those of Graph. */
function subjectGiven(
  { snapshot, members, circumstances }: Extract<EvaluationTarget, { of: 'request' }>,
  deps: DecideDeps,
): Subject {
  const { tenant, previous, nestedIn } = circumstances;
  const context: Context = {
    ...(tenant && { tenant }),
    ...(previous !== undefined && { previous }),
    ...(nestedIn && { nestedIn }),
  };
  return { snapshot, state: unknownObject, context, reader: { ...deps, graph: readerOf(members) } };
}

function readerOf(members: readonly MemberRecord[]): DecideDeps['graph'] {
  const page = async function* () {
    yield { members, last: true };
  };
  return {
    readObject: async () => ({ outcome: 'complete', value: { presence: 'notFound' } }),
    readMembers: page,
    readTransitiveMembers: page,
    readMemberRecords: async () => ({ outcome: 'complete', value: new Map() }),
    countMembers: async (groups) => ({
      outcome: 'complete',
      value: new Map(groups.map(({ id }) => [id, members.length])),
    }),
  };
}

function changeOf(target: EvaluationTarget, receivedAt: Moment): Change {
  const { kind, id } = target.of === 'graph' ? target : target.snapshot;
  return { kind, id, cause: 'request', membership: { read: 'complete' }, receivedAt, attempt: 0 };
}

type Decided = Extract<Evaluated, { step: 'decided' }>;

const headOf = ({ kind, id, cause, receivedAt }: Change, { displayName, decision }: Decided) => ({
  object: { kind, id },
  displayName,
  cause,
  decision,
  receivedAt,
  decidedAt: receivedAt,
});

function answerOf({ kind, id }: Change, evaluated: Decided): EvaluationAnswer {
  const { trace, ...decision } = evaluated.decision;
  const write = evaluated.intents.find((intent) => intent.type === 'write');
  return {
    object: { kind, id },
    displayName: evaluated.displayName,
    policyVersion: decision.policyVersion,
    decision,
    explanation: describe(evaluated.decision, evaluated.displayName),
    trace,
    snapshot: evaluated.snapshot,
    desired: write?.desired ?? null,
    members: write && kind === 'group' ? membersOf(evaluated) : null,
    violations: evaluated.violations,
  };
}

/** The members of all parts; those that belong to every part count once. */
function membersOf({ intents, leftOut }: Decided): MemberAnswer {
  const written = intents.flatMap((intent) => {
    if (intent.type !== 'write' || intent.membership.kind !== 'complete') return [];
    const { part, members, everyPart } = intent.membership;
    return part === 1 ? [...members, ...everyPart] : members;
  });
  return {
    written: written.slice(0, namedMembers),
    leftOut: leftOut.slice(0, namedMembers),
    counts: { written: written.length, leftOut: leftOut.length },
  };
}
