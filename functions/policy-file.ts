import { readFile, stat } from 'node:fs/promises';
import type { PolicyState } from '../shared/flow/app.ts';
import { defaultPolicy, formatPolicyErrors, loadPolicy, type Policy } from '../shared/policy/index.ts';

/** How often the file is looked at, in milliseconds. */
const lookEveryMs = 2000;

/**
 * The policy from a file, read again when it changes. A file that does not load, or is not there any
 * more, leaves the last valid policy in force; at the very start there is none, and nothing is evaluated
 * until the file is mended. What has changed is read when two looks have found it the same: half of a
 * policy may be a valid one, and would take what the other half writes out of scope.
 */
export function filePolicy(
  path: string | undefined,
  clockMs: () => number = () => performance.now(),
): () => Promise<PolicyState> {
  if (!path) {
    const policy = defaultPolicy();
    return async () => ({ policy, problem: undefined });
  }
  let known: { readonly stamp: string | undefined; readonly state: PolicyState } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let seen: string | undefined;
  return async () => {
    if (known && clockMs() - lookedAt < lookEveryMs) return known.state;
    lookedAt = clockMs();
    const stamp = await stampOf(path);
    const isSettled = stamp === seen;
    seen = stamp;
    if (known && (stamp === known.stamp || !isSettled)) return known.state;
    const read = await readPolicy(path);
    if ('policy' in read) known = { stamp, state: { policy: read.policy, problem: undefined } };
    else if (known) {
      // What cannot be read may be readable again without another stamp.
      const { policy } = known.state;
      known = { stamp: read.isThere ? stamp : undefined, state: { policy, problem: read.problem } };
    } else throw new Error(read.problem);
    return known.state;
  };
}

type PolicyRead = { readonly policy: Policy } | { readonly problem: string; readonly isThere: boolean };

async function readPolicy(path: string): Promise<PolicyRead> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error;
    const problem = `POLICY_FILE names ${path}, which cannot be read (${why}). Put the file there, or correct the setting.`;
    return { problem, isThere: false };
  }
  const loaded = loadPolicy(text);
  return loaded.ok
    ? { policy: loaded.policy }
    : { problem: formatPolicyErrors(loaded.errors, path), isThere: true };
}

/** Changes with the file: its content, its place on the disk, its permissions; and where it goes away. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino } = await stat(path);
    return `${mtimeMs}:${ctimeMs}:${size}:${ino}`;
  } catch {
    return 'none';
  }
}
