import { z } from 'zod';
import {
  type Change,
  type Decision,
  type DesiredObject,
  EntraId,
  type Intent,
  type LeftOut,
  MemberRecord,
  Moment,
  momentOf,
  ObjectKind,
  type Reference,
  Snapshot,
  type Violation,
} from '../domain/index.ts';
import {
  defaultPolicy,
  describe,
  loadPolicy,
  type Policy,
  type PolicyError,
  requirements,
} from '../policy/index.ts';
import { unknownObject } from '../state/index.ts';
import { type DecideDeps, decideSnapshot } from './decide-change.ts';
import type { Evaluated } from './evaluate-change.ts';
import { readSnapshot } from './read-snapshot.ts';

/** A snapshot as a caller writes it: what evaluation would fill in may be left out. */
const InlineSnapshot = z
  .looseObject({ kind: ObjectKind, id: EntraId, presence: z.string().optional(), readAt: Moment.optional() })
  .transform((value, context) => {
    const readAt = value.readAt ?? momentOf(new Date(0));
    const parsed = Snapshot.safeParse({ presence: 'present', ...value, readAt });
    if (parsed.success) return parsed.data;
    for (const issue of flatten(parsed.error.issues)) {
      context.issues.push({ code: 'custom', message: issue.message, path: issue.path, input: value });
    }
    return z.NEVER;
  });

/** A union refuses with the issues of each of its members; those of the closest one say what is wrong. */
function flatten(issues: readonly z.core.$ZodIssue[]): readonly { message: string; path: PropertyKey[] }[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [{ message: issue.message, path: [...issue.path] }];
    const closest = [...issue.errors].sort((one, other) => depthOf(other) - depthOf(one))[0] ?? [];
    return flatten(closest);
  });
}

const depthOf = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length * 100 - issues.length));

/** Asks what the policy says of one object: one that Graph has, or one that is given here. */
export const EvaluationRequest = z
  .strictObject({
    id: EntraId.optional(),
    kind: ObjectKind.default('group'),
    snapshot: InlineSnapshot.optional(),
    /** Members of an inline group. */
    members: z.array(MemberRecord).max(10_000).optional(),
    /** A candidate policy, YAML text or the same as JSON; without it the policy in force. */
    policy: z.union([z.string().max(1_000_000), z.record(z.string(), z.unknown())]).optional(),
    /** Also ask the relay what it would do in AD. */
    plan: z.boolean().default(false),
  })
  .refine((request) => (request.id === undefined) !== (request.snapshot === undefined), {
    error: 'needs either id (an object in Graph) or snapshot (an object given here)',
  });
export type EvaluationRequest = z.output<typeof EvaluationRequest>;

export type MemberAnswer = {
  readonly written: readonly Reference[];
  readonly leftOut: readonly LeftOut[];
  /** How many there are in all; the lists name the first of them. */
  readonly counts: { readonly written: number; readonly leftOut: number };
};

export type EvaluationAnswer = {
  readonly object: { readonly kind: ObjectKind; readonly id: EntraId };
  readonly displayName: string;
  readonly policyVersion: string;
  readonly decision: Omit<Decision, 'trace'>;
  readonly explanation: string;
  readonly trace: Decision['trace'];
  readonly snapshot: Snapshot;
  readonly desired: DesiredObject | null;
  readonly members: MemberAnswer | null;
  readonly violations: readonly Violation[];
};

export type OnDemandResult =
  | { readonly ok: true; readonly answer: EvaluationAnswer; readonly intents: readonly Intent[] }
  | { readonly ok: false; readonly code: 'POLICY_INVALID'; readonly errors: readonly PolicyError[] }
  | { readonly ok: false; readonly code: 'NOT_FOUND' | 'GRAPH_UNREADABLE'; readonly message: string };

/** How many members an answer names. */
const namedMembers = 1000;

/** Evaluates on demand. Reads Graph where an id is given; changes nothing. */
export async function evaluateOnDemand(
  request: EvaluationRequest,
  deps: DecideDeps,
): Promise<OnDemandResult> {
  const candidate = await policyOf(request, deps);
  if (!candidate.ok) return candidate;
  const { policy } = candidate;
  const change = changeOf(request, deps.now());
  const snapshot = request.snapshot ?? (await snapshotOf(change, policy, deps));
  if ('code' in snapshot) return { ok: false, ...snapshot };
  const reader = request.snapshot ? { ...deps, graph: givenMembers(request.members ?? []) } : deps;
  const state = request.snapshot ? unknownObject : await deps.states.load(change);
  const context = request.snapshot ? {} : await deps.context(change, state, policy);
  const wish = change.kind === 'group' ? ({ read: 'complete' } as const) : ({ read: 'none' } as const);
  const evaluated = await decideSnapshot(change, wish, state, snapshot, policy, context, reader);
  if (evaluated.step !== 'decided') {
    const message =
      evaluated.step === 'unreadable' ? evaluated.why.message : 'Graph does not know the object.';
    return { ok: false, code: 'GRAPH_UNREADABLE', message };
  }
  return { ok: true, answer: answerOf(change, evaluated), intents: evaluated.intents };
}

type PolicyChoice =
  | { ok: true; policy: Policy }
  | { ok: false; code: 'POLICY_INVALID'; errors: readonly PolicyError[] };

async function policyOf({ policy }: EvaluationRequest, deps: DecideDeps): Promise<PolicyChoice> {
  if (policy === undefined) return { ok: true, policy: await deps.policy() };
  if (policy === '') return { ok: true, policy: defaultPolicy() };
  // JSON is YAML as well, so one reader serves both, with positions.
  const loaded = loadPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy, null, 2));
  return loaded.ok ? loaded : { ok: false, code: 'POLICY_INVALID', errors: loaded.errors };
}

function changeOf(request: EvaluationRequest, now: Date): Change {
  const { kind, id } = request.snapshot ?? { kind: request.kind, id: EntraId.parse(request.id) };
  return {
    kind,
    id,
    cause: 'request',
    membership: { read: 'complete' },
    receivedAt: momentOf(now),
    attempt: 0,
  };
}

async function snapshotOf(change: Change, policy: Policy, deps: DecideDeps) {
  const read = await readSnapshot(change, deps.graph, requirements(policy), momentOf(deps.now()));
  if (read.read === 'snapshot') return read.snapshot;
  if (read.read === 'failed') return { code: 'GRAPH_UNREADABLE', message: read.why.message } as const;
  const message = `Graph has no ${change.kind} ${change.id}, neither live nor in the recycle bin. Check the id, or give its kind.`;
  return { code: 'NOT_FOUND', message } as const;
}

/** The members that came with the request stand in for those of Graph. */
function givenMembers(members: readonly MemberRecord[]): DecideDeps['graph'] {
  const page = async function* () {
    yield { members, last: true };
  };
  const unread = async () => ({ outcome: 'complete', value: { presence: 'notFound' } }) as const;
  return {
    readObject: unread,
    readMembers: page,
    readTransitiveMembers: page,
    readMemberRecords: async () => ({ outcome: 'complete', value: new Map() }),
  };
}

function answerOf(change: Change, evaluated: Extract<Evaluated, { step: 'decided' }>): EvaluationAnswer {
  const { trace, ...decision } = evaluated.decision;
  const write = evaluated.intents.find((intent) => intent.type === 'write');
  const written = evaluated.intents.flatMap((intent) =>
    intent.type === 'write' && intent.membership.kind === 'complete'
      ? [...intent.membership.members, ...(intent.membership.part === 1 ? intent.membership.everyPart : [])]
      : [],
  );
  const isGroup = change.kind === 'group' && write !== undefined;
  return {
    object: { kind: change.kind, id: change.id },
    displayName: evaluated.displayName,
    policyVersion: evaluated.decision.policyVersion,
    decision,
    explanation: describe(evaluated.decision, evaluated.displayName),
    trace,
    snapshot: evaluated.snapshot,
    desired: write?.desired ?? null,
    members: isGroup
      ? {
          written: written.slice(0, namedMembers),
          leftOut: evaluated.leftOut.slice(0, namedMembers),
          counts: { written: written.length, leftOut: evaluated.leftOut.length },
        }
      : null,
    violations: evaluated.violations,
  };
}
