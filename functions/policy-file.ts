import { readFile, stat } from 'node:fs/promises';
import type { PolicyState } from '../shared/flow/app.ts';
import { defaultPolicy, formatPolicyErrors, loadPolicy } from '../shared/policy/index.ts';

/** How often the file is looked at, in milliseconds. */
const lookEveryMs = 2000;

/**
 * The policy from a file, read again when it changes. A file that does not load leaves the last valid
 * policy in force; at the very start there is none, and nothing is evaluated until the file is mended.
 */
export function filePolicy(path: string | undefined): () => Promise<PolicyState> {
  if (!path) {
    const policy = defaultPolicy();
    return async () => ({ policy, problem: undefined });
  }
  let known: { readonly stamp: string; readonly state: PolicyState } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (known && performance.now() - lookedAt < lookEveryMs) return known.state;
    lookedAt = performance.now();
    const stamp = await stampOf(path);
    if (known?.stamp === stamp) return known.state;
    const loaded = loadPolicy(await readFile(path, 'utf8'));
    if (loaded.ok) {
      known = { stamp, state: { policy: loaded.policy, problem: undefined } };
      return known.state;
    }
    const problem = formatPolicyErrors(loaded.errors, path);
    if (!known) throw new Error(problem);
    known = { stamp, state: { policy: known.state.policy, problem } };
    return known.state;
  };
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path).catch((cause: unknown) => {
    throw new Error(
      `POLICY_FILE names ${path}, which cannot be read. Correct the setting, or leave it out.`,
      { cause },
    );
  });
  return `${mtimeMs}:${size}:${ino}`;
}
