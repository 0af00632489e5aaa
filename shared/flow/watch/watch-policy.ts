import { type Change, momentOf, ObjectKind } from '../../domain/index.ts';
import type { ObjectStates } from '../../state/index.ts';
import { isWritten, type StartDeps, startSweep } from '../sweep/index.ts';
import type { WatchStates } from './watch-state.ts';

export type WatchPolicyDeps = StartDeps & {
  readonly watchStates: WatchStates;
  readonly states: Pick<ObjectStates, 'list'>;
};

/** Changes that are sent together. */
const batch = 100;

/**
 * Looks whether the policy is another one than before; then everything it decides over is looked at
 * again. The version is stored when the sweeps have begun, so a crash begins them again. Kinds that
 * the policy writes no more have no sweep: what was written of them is called one by one.
 */
export async function watchPolicy(traceparent: string, deps: WatchPolicyDeps): Promise<void> {
  const policy = await deps.policy();
  const { policyVersion: before } = await deps.watchStates.load();
  if (before === policy.version) return;
  if (before !== undefined) {
    deps.log('policy.changed', { before, now: policy.version });
    for (const kind of ObjectKind.options) {
      if (isWritten(kind, policy)) await startSweep(kind, { why: 'policy' }, traceparent, deps);
      else await callWritten(kind, traceparent, deps);
    }
  }
  await deps.watchStates.update((state) => ({ ...state, policyVersion: policy.version }));
}

async function callWritten(kind: ObjectKind, traceparent: string, deps: WatchPolicyDeps): Promise<void> {
  let changes: Change[] = [];
  const send = async (): Promise<void> => {
    await deps.bus.send(
      'changes',
      changes.map((body) => ({ body })),
      { traceparent },
    );
    changes = [];
  };
  for await (const { object, state } of deps.states.list(kind)) {
    if (!state.written) continue;
    const receivedAt = momentOf(deps.now());
    changes.push({ ...object, cause: 'policy', membership: { read: 'none' }, receivedAt, attempt: 0 });
    if (changes.length === batch) await send();
  }
  await send();
}
