import { desiredObject } from '../../../desired/index.ts';
import type {
  Decision,
  DesiredAttribute,
  DesiredObject,
  ReasonCode,
  Snapshot,
} from '../../../domain/index.ts';
import type { Evaluation, Policy, WriteSettings } from '../../../policy/index.ts';
import type { ObjectState } from '../../../state/index.ts';

/** What a candidate policy would do to one object, compared with what is in AD now. */
export type Effect = 'create' | 'change' | 'freeze' | 'remove' | 'refuse' | 'none';

/** One thing that would be different in AD. `members` stands for the settings by which they are chosen. */
export type Difference = {
  readonly what: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Where it is written at all; absent: everywhere. */
  readonly when?: DesiredAttribute['when'];
};

export type Verdict = { readonly effect: Effect; readonly differences: readonly Difference[] };

/** One side of the comparison. */
export type Side = { readonly policy: Policy; readonly evaluation: Evaluation };

/** A rule would write the object, and something forbids it. */
const refusals: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'TOO_MANY_MEMBERS',
  'NAME_RESERVED',
  'OU_UNRESOLVED',
  'SCOPE_REFUSED',
  'ROLE_ASSIGNABLE_FORBIDDEN',
  'ROLE_ASSIGNABLE_REQUIRED',
  'DEVICE_KEY_MISSING',
  'NOT_READ',
]);

/**
 * ```
 * candidate says    not in AD      in AD and updated               in AD and frozen
 * ────────────────  ─────────────  ──────────────────────────────  ─────────────────────
 * write             create         change, none where it is equal  change: updates resume
 * freeze, ignore    refuse, none   freeze                          none
 * remove            none           remove                          remove
 * ```
 *
 * What is in AD, and whether it is updated, the state store says. A removal that is due already is
 * no effect of the candidate. Pure.
 */
export function effectOf(snapshot: Snapshot, state: ObjectState, now: Side, candidate: Side): Verdict {
  const { decision } = candidate.evaluation;
  const updated = state.lastDecision?.outcome === 'write';
  switch (decision.outcome) {
    case 'write':
      if (!state.written) return { effect: 'create', differences: [] };
      return changeOf(snapshot, updated, now, candidate);
    case 'freeze':
    case 'ignore':
      if (state.written && updated) return { effect: 'freeze', differences: [] };
      return { effect: refusals.has(decision.reason) && !state.written ? 'refuse' : 'none', differences: [] };
    case 'remove':
      return {
        effect: !state.written || isSame(decision, now.evaluation.decision) ? 'none' : 'remove',
        differences: [],
      };
  }
}

const isSame = (one: Extract<Decision, { outcome: 'remove' }>, other: Decision): boolean =>
  other.outcome === 'remove' &&
  one.mode === other.mode &&
  one.graceDays === other.graceDays &&
  one.quarantine === other.quarantine;

function changeOf(snapshot: Snapshot, updated: boolean, now: Side, candidate: Side): Verdict {
  const resumes = updated ? [] : [{ what: 'updates', from: 'frozen', to: 'written' }];
  const [before, after] = [now.evaluation.write, candidate.evaluation.write];
  const differences =
    before && after
      ? [
          ...resumes,
          ...differencesOf(
            { desired: desiredObject(snapshot, before, now.policy.exchange), write: before },
            { desired: desiredObject(snapshot, after, candidate.policy.exchange), write: after },
          ),
        ]
      : resumes;
  return { effect: differences.length > 0 ? 'change' : 'none', differences };
}

type Written = { readonly desired: DesiredObject; readonly write: WriteSettings };

function differencesOf(before: Written, after: Written): readonly Difference[] {
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((what) => {
    const [from, to] = [one.get(what), other.get(what)];
    if (JSON.stringify(from?.value) === JSON.stringify(to?.value)) return [];
    const when = (to ?? from)?.when ?? 'always';
    return [{ what, from: from?.value ?? null, to: to?.value ?? null, ...(when !== 'always' && { when }) }];
  });
}

type Field = { readonly value: unknown; readonly when?: DesiredAttribute['when'] };

/** All that AD would be given, by name. */
function fieldsOf({ desired, write }: Written): ReadonlyMap<string, Field> {
  const { id: _id, kind: _kind, attributes, ...fields } = desired;
  const choice =
    write.kind === 'group' ? { nesting: write.settings.nesting, members: write.settings.members } : {};
  return new Map<string, Field>([
    ...Object.entries({ ...fields, ...choice }).map(([name, value]) => [name, { value }] as const),
    ...attributes.map(({ name, values, when }) => [name, { value: values, when }] as const),
  ]);
}
