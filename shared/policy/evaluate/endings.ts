import type { Rule } from '../policy.ts';
import type { Case } from './case.ts';
import type { Context, Evaluation } from './context.ts';

type WithDeletion = { readonly deletion: { readonly outOfScope: unknown } };

/** The rule by which the object was written last, if the policy still has it. */
export const previousRule = <S>(rules: readonly Rule<S>[], context: Context): Rule<S> | undefined =>
  rules.find(({ name }) => name === context.previous?.rule);

/**
 * How an object ends of which no rule of today speaks: as the rule says that wrote it, if it still
 * exists, else as the defaults say.
 */
export const deletionOf = <S extends WithDeletion>(
  rules: readonly Rule<S>[],
  defaults: S,
  context: Context,
): S['deletion'] => previousRule(rules, context)?.settings.deletion ?? defaults.deletion;

/**
 * Out of scope. An object that was written ends as `ending` says; where nobody knows, nothing is
 * done, since most objects of a tenant were never in scope.
 */
export function leaveScope(
  open: Case,
  context: Context,
  reason: Parameters<Case['ignore']>[0],
  ending: Parameters<Case['end']>[1],
  rule?: string,
): Evaluation {
  open.check('scope', reason, false, reason);
  if (!context.previous) return open.ignore(reason, rule);
  return open.end('OUT_OF_SCOPE', ending, rule ?? context.previous.rule ?? undefined);
}
