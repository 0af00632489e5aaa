import { z } from 'zod';
import { ReasonCode } from './reason.ts';

/** One clause of a rule as it was evaluated. */
export const TracedClause = z.strictObject({
  /** Where it stands in the rule, such as `all[0]` or `any[1].not`. */
  path: z.string(),
  attribute: z.string(),
  operator: z.string(),
  expected: z.unknown(),
  actual: z.unknown(),
  passed: z.boolean(),
});
export type TracedClause = z.output<typeof TracedClause>;

/**
 * One rule as it was evaluated; a rule after the first match is listed with `result: 'notReached'`. A
 * rule that depends on what was not read is `unknown`, and none after it is reached.
 */
export const TracedRule = z.strictObject({
  rule: z.string(),
  result: z.enum(['matched', 'notMatched', 'notReached', 'unknown']),
  clauses: z.array(TracedClause).readonly(),
});
export type TracedRule = z.output<typeof TracedRule>;

/** A check that is not a rule: the kind of group, the presence of the object, limits, reserved names. */
export const TracedCheck = z.strictObject({
  check: z.string(),
  actual: z.unknown(),
  passed: z.boolean(),
  reason: ReasonCode.optional(),
});
export type TracedCheck = z.output<typeof TracedCheck>;

/** Every check, rule and clause that led to a decision: the same for endpoint, audit, alert and console. */
export const Trace = z.strictObject({
  checks: z.array(TracedCheck).readonly(),
  rules: z.array(TracedRule).readonly(),
});
export type Trace = z.output<typeof Trace>;

/** How an object that leaves scope ends in AD. `keep` means freeze. */
export const RemovalMode = z.enum(['keep', 'delete', 'distribution', 'strip', 'quarantine', 'disable']);
export type RemovalMode = z.output<typeof RemovalMode>;

export const GroupScope = z.enum(['universal', 'global', 'domainLocal']);
export type GroupScope = z.output<typeof GroupScope>;

export const WrittenAs = z.enum(['distribution', 'security', 'mailEnabledSecurity']);
export type WrittenAs = z.output<typeof WrittenAs>;

const common = {
  reason: ReasonCode,
  /** Name of the rule that matched, or null where a check decided before any rule. */
  rule: z.string().nullable(),
  policyVersion: z.string(),
  trace: Trace,
};

/**
 * What the policy says of a snapshot. `settings` is the validated result of the rule that matched;
 * its shape belongs to the policy (shared/policy), since only `desired` reads it.
 */
export const Decision = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('write'), ...common, settings: z.record(z.string(), z.unknown()) }),
  z.strictObject({ outcome: z.literal('freeze'), ...common }),
  z.strictObject({
    outcome: z.literal('remove'),
    ...common,
    mode: RemovalMode.exclude(['keep']),
    /** Days to wait, from when the object left scope. */
    graceDays: z.number().min(0),
    /** Where the object is moved, besides what `mode` does: a DN, or one relative to the domain. */
    quarantine: z.string().optional(),
  }),
  z.strictObject({ outcome: z.literal('ignore'), ...common }),
]);
export type Decision = z.output<typeof Decision>;
