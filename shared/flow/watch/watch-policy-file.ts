import type { Policy } from '../../policy/index.ts';
import type { PolicyState, SystemViolation } from '../app.ts';

export type WatchPolicyFileDeps = {
  readonly policyState: () => Promise<PolicyState>;
  readonly raise: (violation: SystemViolation) => Promise<void>;
  readonly resolve: (code: 'POLICY_INVALID', subject: string) => Promise<void>;
};

const subject = 'policy.yaml';
/** A file can be wrong in very many places; the first of them are told. */
const longest = 4000;

/**
 * Tells people that the policy file does not load, and takes it back when it does. Answers the policy in
 * force; undefined where no valid one was ever there, so that nothing can be evaluated.
 */
export async function watchPolicyFile(deps: WatchPolicyFileDeps): Promise<Policy | undefined> {
  const { policy, problem } = await deps
    .policyState()
    .catch((error: unknown) => ({ policy: undefined, problem: String(error) }));
  if (problem === undefined) await deps.resolve('POLICY_INVALID', subject);
  else {
    const inForce = policy?.version ?? 'none';
    await deps.raise({
      code: 'POLICY_INVALID',
      subject,
      message: problem.slice(0, longest),
      details: { inForce },
    });
  }
  return policy;
}
