import { completePolicy } from './complete.ts';
import { defaultPolicyText } from './default-policy.ts';
import { parsePolicyText } from './file/parse.ts';
import { formatPolicyErrors, type PolicyError } from './file/policy-error.ts';
import { type CompletePolicy, CompletePolicy as CompletePolicySchema, WrittenPolicy } from './file/schema.ts';
import type { Policy } from './policy.ts';

export type PolicyResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly errors: readonly PolicyError[] };

/**
 * A policy file, validated and completed. What it leaves out is as in the default policy, so an
 * empty text is the default policy; a list of rules that it has replaces the default one.
 */
export function loadPolicy(text: string): PolicyResult {
  const parsed = parsePolicyText(text, WrittenPolicy);
  if (!parsed.ok) return parsed;
  return { ok: true, policy: completePolicy(parsed.value ?? {}, base) };
}

/** The policy that holds where there is no file. */
export const defaultPolicy = (): Policy => completePolicy({}, base);

const base: CompletePolicy = readDefault();

function readDefault(): CompletePolicy {
  const parsed = parsePolicyText(defaultPolicyText, CompletePolicySchema);
  if (parsed.ok && parsed.value) return parsed.value;
  const why = parsed.ok ? 'is empty' : formatPolicyErrors(parsed.errors, 'default-policy.yaml');
  throw new Error(`The default policy does not load: ${why}`);
}
