import { countPlan, type ViolationCode } from '../../shared/domain/index.ts';
import { DirectoryError } from '../directory/errors/directory-error.ts';
import type { Judgement } from '../guard/guard.ts';
import { noticeOf } from '../guard/hold.ts';
import { type PlanInput, type Planned, violationOf } from '../plan/planned.ts';
import { changedMembersOf } from './changed-members.ts';
import { foundObject, type Result } from './outcome.ts';
import { type Progress, planOf } from './progress.ts';

/** The end of an intent for which nothing is left to write. */
export function finished(progress: Progress, input: PlanInput, judgement: Judgement): Result {
  const { planned } = judgement;
  const wrote = progress.done.length > 0;
  const [refusal] = progress.refused;
  const common = {
    plan: planOf(progress),
    observed: progress.created ?? foundObject(input),
    memberCount: input.members.size,
    membersAdded: progress.membersAdded,
    membersRemoved: progress.membersRemoved,
    changedMembers: changedMembersOf(planOf(progress), input, progress.leftOut),
    leftOut: [...planned.leftOut, ...progress.leftOut],
    ...(judgement.judgement === 'write' &&
      judgement.keptBack.operations.length > 0 && { keptBack: countPlan(judgement.keptBack) }),
  };
  if (refusal) {
    const violations = [...planned.violations, ...progress.refused.map((one) => violationFor(one, input))];
    return { result: 'failed', ...common, violations, failure: failureOf(refusal) };
  }
  return {
    result: wrote ? 'applied' : 'unchanged',
    ...common,
    violations: planned.violations,
    ...(progress.membershipIncomplete && { failure: membershipIncomplete }),
  };
}

/** Nothing was written, because the planner or the guard says no, a mode keeps it back, or a person must decide. */
export function notWritten(progress: Progress, input: PlanInput, judgement: Judgement): Result {
  const { planned } = judgement;
  const common = {
    plan: planned.plan,
    observed: foundObject(input),
    memberCount: input.members.size,
    membersAdded: progress.membersAdded,
    membersRemoved: progress.membersRemoved,
    leftOut: planned.leftOut,
    violations: planned.violations,
  };
  const keptBack = countPlan(planned.plan);
  if (judgement.judgement === 'hold')
    return { result: 'held', ...common, keptBack, hold: noticeOf(judgement.hold) };
  if (judgement.judgement === 'stage') return { result: 'staged', ...common, keptBack };
  if (judgement.judgement === 'stale') return { result: 'failed', ...common, failure: approvedAnother };
  return { result: 'refused', ...common, ...(planned.refusal && { failure: planned.refusal }) };
}

/** What the relay would do, what AD holds, and what the forest is like. */
export function inspected(input: PlanInput, planned: Planned): Result {
  const { dnsDomain, schemaVersion, exchangePrepared, recycleBin } = input.facts;
  return {
    result: 'inspected',
    plan: planned.plan,
    observed: foundObject(input),
    memberCount: input.members.size,
    leftOut: planned.leftOut,
    violations: planned.violations,
    forest: { dnsDomain, schemaVersion, exchangePrepared, recycleBin },
    ...(planned.refusal && { failure: planned.refusal }),
  };
}

/** AD refused the whole, or was in trouble for longer than the relay waits. */
export function failed(progress: Progress, error: unknown, input: PlanInput | undefined): Result {
  return {
    result: 'failed',
    plan: planOf(progress),
    observed: progress.created ?? (input && foundObject(input)),
    membersAdded: progress.membersAdded,
    membersRemoved: progress.membersRemoved,
    ...(input && { changedMembers: changedMembersOf(planOf(progress), input, progress.leftOut) }),
    leftOut: progress.leftOut,
    violations: input ? [violationFor(error, input)] : [],
    failure: failureOf(error),
  };
}

/** Stable code and words of an error. What nobody foresaw is named as such and tried again. */
export function failureOf(error: unknown): NonNullable<Result['failure']> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof DirectoryError)) return { code: 'UNEXPECTED', message, needs: 'retry' };
  return { code: error.code, message, needs: error.retry === 'never' ? 'person' : 'retry' };
}

function violationFor(error: unknown, input: PlanInput) {
  const code = error instanceof DirectoryError ? violationCodeOf(error) : 'WRITE_FAILED';
  return violationOf(input, code, failureOf(error).message, { code: failureOf(error).code });
}

function violationCodeOf({ kind, code }: DirectoryError): ViolationCode {
  if (kind === 'soaEnforced') return 'SOURCE_OF_AUTHORITY_ENFORCED';
  return code === 'ENTRY_EXISTS' || code === 'NAME_IN_USE' ? 'NAME_COLLISION' : 'WRITE_FAILED';
}

const approvedAnother = {
  code: 'HOLD_STALE',
  message:
    'AD or the cloud has changed since the plan was held, so nothing was written; the object is planned anew.',
  needs: 'retry',
} as const;

const membershipIncomplete = {
  code: 'MEMBERSHIP_INCOMPLETE',
  message: 'The group was created or brought back, and not all its members are known.',
  needs: 'completeMembership',
} as const;
