import type { HttpResponseInit } from '@azure/functions';
import type { CandidatePolicy } from '../../shared/flow/ask/candidate-policy.ts';
import type { PolicyError } from '../../shared/policy/index.ts';
import { problem } from './problem.ts';

/**
 * A candidate policy that does not load: every error with its path, value and remedy; line and column
 * where the policy came as text. What came as JSON has no lines that its author would know.
 */
export function policyProblem(
  policy: CandidatePolicy | undefined,
  errors: readonly PolicyError[],
): HttpResponseInit {
  const isText = typeof policy === 'string';
  return problem({
    status: 422,
    code: 'POLICY_INVALID',
    title: 'The candidate policy does not load',
    detail: `It has ${errors.length === 1 ? 'one error' : `${errors.length} errors`}; each names its place, the value and what is allowed.`,
    errors: errors.map(({ line, column, path, value, message, remedy }) => ({
      field: path === '' ? 'policy' : `policy.${path}`,
      message,
      ...(value !== undefined && { value }),
      ...(remedy !== '' && { remedy }),
      ...(isText && { line, column }),
    })),
  });
}
