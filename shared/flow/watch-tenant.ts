import { momentOf } from '../domain/index.ts';
import type { Graph } from '../graph/index.ts';
import type { SystemViolation } from './app.ts';
import { type StartDeps, startSweep } from './sweep/index.ts';
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
 * again. A setting that cannot be read has not changed.
 */
export async function watchTenant(traceparent: string, deps: WatchTenantDeps): Promise<void> {
  if ((await deps.policy()).tenantDefault !== 'honour') return;
  const read = await deps.graph.readGroupSettings();
  if (read.outcome !== 'complete') {
    return deps.log('tenant.unreadable', { code: read.why.code, message: read.why.message }, 'warn');
  }
  const value = read.value.newUnifiedGroupWritebackDefault;
  const { tenantDefault: before } = await deps.watchStates.load();
  const now = momentOf(deps.now());
  if (before?.value === value) {
    const changedAt = before.changedAt && Date.parse(before.changedAt);
    if (changedAt === undefined || deps.now().getTime() - changedAt < shownForMs) return;
    await deps.resolve('TENANT_DEFAULT_CHANGED', subject);
    await deps.watchStates.update((state) => ({ ...state, tenantDefault: { value } }));
    return;
  }
  if (before) {
    const message = `The tenant setting ${subject} has changed from ${before.value} to ${value}; every Microsoft 365 group that nobody configured follows it.`;
    await deps.raise({ code: 'TENANT_DEFAULT_CHANGED', subject, message, details: { value } });
    await startSweep('group', { why: 'policy' }, traceparent, deps);
  }
  await deps.watchStates.update((state) => ({
    ...state,
    tenantDefault: { value, ...(before && { changedAt: now }) },
  }));
}
