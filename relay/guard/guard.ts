import { type Moment, momentOf, type Plan } from '../../shared/domain/index.ts';
import { emptyPlan, type PlanInput, type Planned, violationOf } from '../plan/planned.ts';
import { isRestOf } from '../plan/rest-of.ts';
import { type Hold, hashOfPlan, holdIdOf, inWords, type Verdict } from './hold.ts';
import type { HoldStore } from './hold-store.ts';
import type { Granted, Ledger } from './ledger.ts';
import { type Mode, shareOfMode } from './modes.ts';
import { foreignKind, type Territory, trespass } from './ownership.ts';
import { type Spend, spendOf } from './spend.ts';
import { dayMs, type Excess } from './windows.ts';

/** What the guard says of a plan. Only `write` lets anything reach AD. */
export type Judgement =
  | { readonly judgement: 'nothing'; readonly planned: Planned }
  | { readonly judgement: 'refuse'; readonly planned: Planned }
  | { readonly judgement: 'stage'; readonly planned: Planned }
  /** A person approved another plan than the one that would be written now. */
  | { readonly judgement: 'stale'; readonly planned: Planned }
  | { readonly judgement: 'hold'; readonly planned: Planned; readonly hold: Hold }
  | {
      readonly judgement: 'write';
      readonly planned: Planned;
      /** What the mode keeps back. */
      readonly keptBack: Plan;
      /** Says what the plan took when it is finished, however it ended. */
      readonly settle: (actual: Spend) => Promise<void>;
    };

/** An approval: the plan with this hash, and no other, is written and may exceed the budgets. */
export type Approval = {
  readonly planHash: string;
  readonly verdict: Verdict;
  readonly begun: BegunPlan | undefined;
};

/**
 * The approved plan, where writing it has begun: what is left of it is approved too. `here`: by this relay and for this
 * command, so that it is counted as one approval; otherwise by a relay that died.
 */
export type BegunPlan = { readonly plan: Plan; readonly here: boolean };

export type GuardOptions = {
  readonly mode: Mode;
  readonly territory: Territory;
  readonly ledger: Ledger;
  readonly holds: HoldStore;
  readonly holdForDays: number;
  readonly newId: () => string;
};

export type JudgeRequest = {
  readonly input: PlanInput;
  readonly planned: Planned;
  readonly approval: Approval | undefined;
  /** Counts the members of the group now; asked only where a budget needs it. */
  readonly countMembers: () => Promise<number>;
};

/**
 * The last check before writing, the same for events and sweeps: ownership, then mode, then budgets.
 * Ownership is never waived. An approval waives budgets for exactly the plan it names, or what is left of it where a
 * part was written; where another plan has come of the intent meanwhile, nothing is written on the strength of it.
 */
export async function judge(options: GuardOptions, request: JudgeRequest): Promise<Judgement> {
  const { planned, input } = request;
  if (planned.refusal)
    return { judgement: 'refuse', planned: foreignKind(input, options.territory) ?? planned };
  if (planned.plan.operations.length === 0) return { judgement: 'nothing', planned };
  const trespassing = trespass(planned, input, options.territory);
  if (trespassing) return { judgement: 'refuse', planned: trespassing };
  const { written, keptBack } = shareOfMode(options.mode, input.task, planned.plan);
  if (written.operations.length === 0) return { judgement: 'stage', planned };
  const chosen: Planned = { ...planned, plan: written };
  const planHash = hashOfPlan(chosen, input);
  const approval = approvalOf(request, planHash, written);
  if (approval === 'another') return { judgement: 'stale', planned };
  const granted = await reserve(options, { ...request, planned: chosen, approval });
  if (granted.granted) return { judgement: 'write', planned: chosen, keptBack, settle: granted.settle };
  return holdOrReject(options, chosen, input, planHash, granted.excess);
}

/** The approval where it covers this plan. What comes up after a part was written is judged like any other plan. */
function approvalOf(
  { approval }: JudgeRequest,
  planHash: string,
  plan: Plan,
): Approval | undefined | 'another' {
  if (!approval || approval.planHash === planHash) return approval;
  if (approval.begun && isRestOf(plan, approval.begun.plan)) return approval;
  return approval.begun?.here ? undefined : 'another';
}

async function reserve(options: GuardOptions, request: JudgeRequest): Promise<Granted> {
  const { ledger } = options;
  const { approval, planned, input } = request;
  if (approval?.begun?.here) return { granted: true, settle: async () => undefined };
  if (approval) {
    const counts = approval.verdict.from === 'cloud' ? { cloudApprovals: 1 } : {};
    const granted = await ledger.reserve({ id: options.newId(), spend: { counts }, groupSize: undefined });
    // What a person approved takes nothing of the budgets, which are for what nobody looked at.
    return granted.granted ? { granted: true, settle: () => granted.settle({ counts }) } : granted;
  }
  const deletes = planned.plan.operations.some(({ op }) => op === 'delete');
  const lost = deletes ? (input.members.size ?? input.members.current.length) : 0;
  const spend = spendOf(planned.plan.operations, lost);
  const groupSize = ledger.needsGroupSize(spend) ? await request.countMembers() : undefined;
  return ledger.reserve({ id: options.newId(), spend, groupSize });
}

async function holdOrReject(
  { holds, holdForDays }: GuardOptions,
  planned: Planned,
  input: PlanInput,
  planHash: string,
  exceeded: readonly Excess[],
): Promise<Judgement> {
  const { intent, now } = input;
  const holdId = holdIdOf(intent.object, planHash);
  const known = holds.find(holdId);
  if (known?.state === 'rejected' && known.expiresAt > now) return rejectedBefore(planned, known);
  const message = `The plan is held: ${exceeded.map(inWords).join('; ')}.`;
  const details = { holdId, planHash, budgets: exceeded.map(({ budget }) => budget).join(' ') };
  const violation = violationOf(input, 'BUDGET_EXCEEDED', message, details);
  const violations = [...planned.violations, violation];
  const hold: Hold = {
    version: 1,
    holdId,
    planHash,
    state: 'open',
    object: intent.object,
    displayName: intent.displayName,
    exceeded,
    plan: planned.plan,
    violations,
    intent,
    heldAt: known?.state === 'open' ? known.heldAt : now,
    expiresAt: later(now, holdForDays),
    renewed: known?.state === 'open' ? known.renewed + 1 : 0,
  };
  await holds.put(hold);
  return { judgement: 'hold', planned: { ...planned, violations }, hold };
}

/** A person said no to exactly this; asking again would only wear people out. */
function rejectedBefore(planned: Planned, hold: Hold): Judgement {
  const { person = 'somebody', reason = '' } = hold.verdict ?? {};
  const message = `${person} rejected this plan (${hold.holdId}): ${reason}`;
  const refusal = { code: 'HOLD_REJECTED', message, needs: 'person' as const };
  return { judgement: 'refuse', planned: { ...planned, plan: emptyPlan, refusal } };
}

const later = (now: Moment, days: number): Moment => momentOf(new Date(Date.parse(now) + days * dayMs));
