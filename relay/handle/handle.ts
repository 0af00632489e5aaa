import { type Intent, momentOf, type Outcome } from '../../shared/domain/index.ts';
import { inSpan } from '../../shared/telemetry/spans.ts';
import { type Availability, isOutage } from '../availability.ts';
import type { Directory } from '../directory/directory.ts';
import { DirectoryError } from '../directory/errors/directory-error.ts';
import type { AppliedRecord } from '../guard/applied-record.ts';
import { type Approval, type GuardOptions, type Judgement, judge } from '../guard/guard.ts';
import { trespass } from '../guard/ownership.ts';
import { nothingSpent, spendOf } from '../guard/spend.ts';
import { pause } from '../pause.ts';
import { inverseOf } from '../plan/inverse.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PlanInput } from '../plan/planned.ts';
import type { SessionMemory } from '../session/session-memory.ts';
import { execute, TurnLostError } from './execute.ts';
import { countMembers, gather } from './gather.ts';
import { foundObject, outcomeOf, type RelayIdentity, type Result } from './outcome.ts';
import { advance, noProgress, type Progress } from './progress.ts';
import { failed, finished, inspected, notWritten } from './results.ts';

/** What handling an intent needs. */
export type Services = {
  readonly directory: Directory;
  readonly availability: Availability;
  readonly guard: GuardOptions;
  readonly applied: AppliedRecord;
  readonly relay: RelayIdentity;
  readonly now: () => Date;
  readonly random: () => number;
  readonly newId: () => string;
  readonly signal: AbortSignal;
};

/** The turn with one object: the lock on its session. */
export type Turn = {
  readonly stillOurs: () => boolean;
  readonly memory: SessionMemory;
  /** The trace that this belongs to. */
  readonly traceparent?: string | undefined;
};

/** Milliseconds between tries of one object while its session is held; the cloud goes on after that. */
const retryDelays = [200, 1000, 3000] as const;
/** AD may change between looking and writing; bringing an object back takes a second look anyway. */
const mostLooks = 6;

/**
 * Does what an intent asks: observe, plan, guard, apply, and again as long as AD was not as it
 * seemed. Level-based: every try starts from what AD is now. While AD is away it waits. Throws a
 * TurnLostError where the object is no longer ours, or when the relay stops; then the message stays
 * in the queue. Everything else becomes an outcome.
 */
export async function handleIntent(
  services: Services,
  intent: Intent,
  turn: Turn,
  approval?: Approval,
): Promise<Outcome> {
  const startedAt = momentOf(services.now());
  const result = await tries(services, intent, turn, approval);
  const timing = { startedAt, finishedAt: momentOf(services.now()) };
  return outcomeOf(intent, result, services.relay, timing);
}

async function tries(
  services: Services,
  intent: Intent,
  turn: Turn,
  approval: Approval | undefined,
): Promise<Result> {
  let progress = noProgress;
  let consent = approval;
  let failures = 0;
  let looks = 0;
  for (;;) {
    await services.availability.whenUp();
    if (services.signal.aborted || !turn.stillOurs())
      throw new TurnLostError('The relay stops, or the session of this object is no longer ours.');
    let input: PlanInput | undefined;
    try {
      input = await inSpan('observe', turn, () =>
        gather(services.directory, intent, momentOf(services.now())),
      );
      looks += 1;
      const step = await oneLook(services, input, turn, consent, progress);
      if ('result' in step) return step.result;
      progress = step.progress;
      consent = step.consent;
      if (step.stopped !== undefined) throw step.stopped;
      if (looks >= mostLooks) return finished(progress, input, step.judgement);
    } catch (error) {
      if (error instanceof TurnLostError) throw error;
      if (isOutage(error)) {
        services.availability.lost(error);
        continue;
      }
      const delay = retryDelays[failures];
      failures += 1;
      if (delay === undefined || looks >= mostLooks || !canHelp(error)) return failed(progress, error, input);
      await pause(delay * (0.8 + 0.4 * services.random()), services.signal);
    }
  }
}

const canHelp = (error: unknown): boolean => error instanceof DirectoryError && error.retry !== 'never';

type Step =
  | { readonly result: Result }
  | {
      readonly progress: Progress;
      readonly judgement: Judgement;
      readonly consent: Approval | undefined;
      readonly stopped: unknown;
    };

/** One look at AD, and what is written on the strength of it. */
async function oneLook(
  services: Services,
  input: PlanInput,
  turn: Turn,
  approval: Approval | undefined,
  before: Progress,
): Promise<Step> {
  const { directory, guard } = services;
  const planned = await inSpan('plan', turn, async () => makePlan(input));
  if (input.intent.type === 'inspect') {
    return { result: inspected(input, trespass(planned, input, guard.territory) ?? planned) };
  }
  const group = foundObject(input);
  const countNow = async () => (group ? countMembers(directory, group.dn) : 0);
  const question = { input, planned, approval, countMembers: countNow };
  const judgement = await inSpan('guard', turn, () => judge(guard, question));
  const held = judgement.judgement === 'hold' ? judgement.hold.holdId : undefined;
  if (!approval) await guard.holds.supersede(input.intent, held);
  if (judgement.judgement === 'nothing') return { result: finished(before, input, judgement) };
  if (judgement.judgement !== 'write') return { result: notWritten(before, input, judgement) };

  const { plan } = judgement.planned;
  const consent = approval && (await begin(approval, judgement, turn));
  const planId = services.newId();
  await record(services, planId, input, { done: plan.operations, created: undefined }, approval);
  const execution = await inSpan('apply', turn, () => execute(directory, plan, turn.stillOurs));
  const lost = input.members.size ?? input.members.current.length;
  await judgement.settle(spendOf(execution.charged, lost));
  const progress = advance(before, execution, input);
  await record(services, planId, input, execution, approval);
  const incomplete = progress.membershipIncomplete || judgement.planned.membershipIncomplete;
  const further = { progress: { ...progress, membershipIncomplete: incomplete }, judgement, consent };
  const again = judgement.planned.plan.operations.some(({ op }) => op === 'reanimate');
  if (execution.stopped !== undefined || again) return { ...further, stopped: execution.stopped };
  return { result: finished(further.progress, input, judgement) };
}

/** From the first write on, the approval holds for the rest of the plan too, on whichever relay. */
async function begin(
  { begun, ...approval }: Approval,
  { planned, settle }: Extract<Judgement, { judgement: 'write' }>,
  { memory }: Turn,
): Promise<Approval> {
  const plan = begun?.plan ?? planned.plan;
  try {
    if (!begun) await memory.begin({ planHash: approval.planHash, plan });
  } catch (error) {
    await settle(nothingSpent);
    throw error;
  }
  return { ...approval, begun: { plan, here: true } };
}

async function record(
  { applied, now }: Services,
  planId: string,
  input: PlanInput,
  { done, created }: Pick<Awaited<ReturnType<typeof execute>>, 'done' | 'created'>,
  approval: Approval | undefined,
): Promise<void> {
  const { intent, members } = input;
  const plan = { operations: done };
  const before = { object: foundObject(input), members: members.current, created: created?.guid };
  await applied.add({
    planId,
    intentId: intent.intentId,
    object: intent.object,
    displayName: intent.displayName,
    at: momentOf(now()),
    plan,
    inverse: inverseOf(plan, before),
    ...(approval && { approval: approval.verdict }),
  });
}
