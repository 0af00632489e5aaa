import { momentOf } from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { SystemViolation } from '../app.ts';
import { type StartDeps, startSweep } from '../sweep/index.ts';
import type { WatchStates } from './watch-state.ts';

export type WatchTenantDeps = StartDeps & {
  readonly graph: Pick<Graph, 'readGroupSettings'>;
  readonly watchStates: WatchStates;
  readonly raise: (violation: SystemViolation) => Promise<void>;
  readonly resolve: (code: 'TENANT_DEFAULT_CHANGED', subject: string) => Promise<void>;
};

const subject = 'NewUnifiedGroupWritebackDefault';
/** How long a change of the setting is shown as a violation. */
const shownForMs = 24 * 60 * 60 * 1000;

/**
 * Looks whether the tenant's default for Microsoft 365 groups has changed. It decides over every such
 * group that nobody has configured, and Graph notifies of it in no way: all groups are looked at
 * again. Since it counts for new groups only, the time of the change is kept for good: the last look
 * that saw it otherwise, so that a group made after the change is never taken for an older one. A
 * setting that cannot be read has not changed.
 */
export async function watchTenant(traceparent: string, deps: WatchTenantDeps): Promise<void> {
  if ((await deps.policy()).tenantDefault !== 'honour') return;
  const read = await deps.graph.readGroupSettings();
  if (read.outcome !== 'complete') {
    return deps.log('tenant.unreadable', { code: read.why.code, message: read.why.message }, 'warn');
  }
  const value = read.value.newUnifiedGroupWritebackDefault;
  const { tenantDefault: before } = await deps.watchStates.load();
  const now = deps.now();
  const hasChanged = before !== undefined && before.value !== value;
  const changedAt = hasChanged ? (before.seenAt ?? momentOf(now)) : before?.changedAt;
  if (hasChanged) {
    const message = `The tenant setting ${subject} has changed from ${before.value} to ${value}; new Microsoft 365 groups that nobody configures follow it.`;
    await deps.raise({ code: 'TENANT_DEFAULT_CHANGED', subject, message, details: { value } });
  } else if (changedAt !== undefined && now.getTime() - Date.parse(changedAt) > shownForMs) {
    await deps.resolve('TENANT_DEFAULT_CHANGED', subject);
  }
  const seen = { value, seenAt: momentOf(now), ...(changedAt && { changedAt }) };
  const unswept = hasChanged || before?.unswept === true;
  // The sweep decides by what is kept here, and a process that ends in between must begin it all the same.
  await deps.watchStates.update((state) => ({
    ...state,
    tenantDefault: { ...seen, ...(unswept && { unswept }) },
  }));
  if (!unswept) return;
  await startSweep('group', { why: 'policy' }, traceparent, deps);
  await deps.watchStates.update((state) => ({ ...state, tenantDefault: seen }));
}
