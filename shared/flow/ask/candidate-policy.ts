import { z } from 'zod';
import { loadPolicy, type Policy, type PolicyError } from '../../policy/index.ts';

/** A policy that is not in force: the text of a file, or the same as JSON. What it leaves out is as in the default policy. */
export const CandidatePolicy = z.union([z.string().max(1_000_000), z.record(z.string(), z.unknown())], {
  error: 'must be the text of a policy file (at most 1000000 characters), or the same as a JSON object',
});
export type CandidatePolicy = z.output<typeof CandidatePolicy>;

export type CandidateResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly code: 'POLICY_INVALID'; readonly errors: readonly PolicyError[] };

/** Reads a candidate. JSON is YAML as well, so that one reader serves both. */
export function readCandidate(policy: CandidatePolicy): CandidateResult {
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy, null, 2);
  const loaded = loadPolicy(text);
  return loaded.ok ? loaded : { ok: false, code: 'POLICY_INVALID', errors: loaded.errors };
}
