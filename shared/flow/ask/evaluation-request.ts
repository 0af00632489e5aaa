import { z } from 'zod';
import { EntraId, type MemberRecord, ObjectKind, type Snapshot } from '../../domain/index.ts';
import { CandidatePolicy } from './candidate-policy.ts';
import { below, type Given, read, readInlineMembers, readInlineSnapshot } from './inline-snapshot.ts';

/** What else a decision depends on. For an object in Graph it is looked up; for an inline one it is as given here. */
const Circumstances = z.strictObject({
  tenant: z
    .strictObject({
      newUnifiedGroupWritebackDefault: z.boolean().nullable().default(null),
      changedAt: z.iso.datetime({ offset: true }).nullable().default(null),
    })
    .optional(),
  /** The rule that wrote the object before; null: it was never written. */
  previous: z.strictObject({ rule: z.string().nullable() }).nullable().optional(),
  /** The rule of a written group with `nesting: closure` that holds this group. */
  nestedIn: z.strictObject({ rule: z.string() }).optional(),
});

const objects = z.array(z.looseObject({})).max(10_000);

const Fields = z.strictObject({
  id: EntraId.optional(),
  kind: ObjectKind.default('group'),
  snapshot: z.looseObject({}).optional(),
  /** Members of an inline group; without it those that Graph expanded into the snapshot. */
  members: objects.optional(),
  context: Circumstances.optional(),
  /** Without it the policy in force. */
  policy: CandidatePolicy.optional(),
  /** Also ask the relay what it would do in AD. */
  plan: z.boolean().default(false),
  /** Longest wait for the relay. */
  planSeconds: z.number().min(0.1).max(60).default(20),
});
type Fields = z.output<typeof Fields>;

/** What is evaluated: an object that Graph has, or one that is given here. */
export type EvaluationTarget =
  | { readonly of: 'graph'; readonly kind: ObjectKind; readonly id: EntraId }
  | {
      readonly of: 'request';
      readonly snapshot: Snapshot;
      readonly members: readonly MemberRecord[];
      readonly circumstances: z.output<typeof Circumstances>;
    };

/** Asks what the policy says of one object. */
export type EvaluationRequest = Pick<Fields, 'plan' | 'planSeconds'> & {
  readonly target: EvaluationTarget;
  readonly policy: CandidatePolicy | undefined;
};

/** Reads a request; all that is wrong with it comes at once. */
export function readEvaluationRequest(body: unknown): Given<EvaluationRequest> {
  const given = read(Fields, body);
  if (!given.ok) return given;
  const { plan, planSeconds, policy } = given.value;
  const target = targetOf(given.value);
  return target.ok ? { ok: true, value: { target: target.value, policy, plan, planSeconds } } : target;
}

/** The fields that a place of the request may have, for remedies. */
export function evaluationFields(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(Fields.shape);
  return path.length === 1 && path[0] === 'context' ? Object.keys(Circumstances.shape) : [];
}

function targetOf({ id, kind, snapshot, members, context }: Fields): Given<EvaluationTarget> {
  if (snapshot === undefined) {
    if (id === undefined)
      return wrong([], 'needs either id (an object in Graph) or snapshot (an object given here).');
    const stray = members ? 'members' : context ? 'context' : undefined;
    if (stray) return wrong([stray], 'goes with snapshot only: of an object in Graph it is looked up.');
    return { ok: true, value: { of: 'graph', kind, id } };
  }
  if (id !== undefined) return wrong(['id'], 'goes without snapshot, which has an id of its own.');
  const object = readInlineSnapshot(snapshot, kind);
  const expanded = members ?? objects.safeParse(snapshot.members).data ?? [];
  const records = readInlineMembers(expanded);
  if (object.ok && records.ok) {
    const circumstances = context ?? {};
    return {
      ok: true,
      value: { of: 'request', snapshot: object.value, members: records.value, circumstances },
    };
  }
  const place = members ? ['members'] : ['snapshot', 'members'];
  return {
    ok: false,
    issues: [
      ...(object.ok ? [] : below(['snapshot'], object.issues)),
      ...(records.ok ? [] : below(place, records.issues)),
    ],
  };
}

const wrong = (path: PropertyKey[], message: string): Given<never> => ({
  ok: false,
  issues: [{ code: 'custom', path, message }],
});
