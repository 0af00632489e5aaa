import type { Change, EntraId, Moment } from '../../domain/index.ts';
import type { Graph, GroupSettings } from '../../graph/index.ts';
import { type Context, type Policy, requirements } from '../../policy/index.ts';
import type { ObjectState, ObjectStates, WaitingMembers } from '../../state/index.ts';
import type { WatchStates } from '../watch/watch-state.ts';

export type ContextDeps = {
  readonly graph: Pick<Graph, 'readGroupSettings'>;
  readonly states: Pick<ObjectStates, 'load'>;
  readonly waiting: Pick<WaitingMembers, 'groupsOf'>;
  readonly watchStates: Pick<WatchStates, 'load'>;
  readonly now: () => Date;
};

/** How long the tenant's settings are taken as read. */
const settingsMs = 60_000;

/** Makes what a decision depends on besides object and policy. The tenant's settings are kept for a minute. */
export function createContext(deps: ContextDeps) {
  const tenant = tenantSettings(deps);
  return async (change: Change, state: ObjectState, policy: Policy): Promise<Context> => {
    const previous = previousOf(state);
    if (change.kind !== 'group') return { ...(previous !== undefined && { previous }) };
    const settings = policy.tenantDefault === 'honour' ? await tenant() : undefined;
    const changedAt = settings && (await sinceWhen(settings, deps));
    const nestedIn = requirements(policy).groups.closure
      ? await closureParent(change.id, policy, deps)
      : undefined;
    return {
      ...(settings && {
        tenant: {
          newUnifiedGroupWritebackDefault: settings.newUnifiedGroupWritebackDefault,
          ...(changedAt && { changedAt }),
        },
      }),
      ...(previous !== undefined && { previous }),
      ...(nestedIn && { nestedIn }),
    };
  };
}

/** The rule by which the object was written; null where it never was; undefined where nobody knows. */
function previousOf(state: ObjectState): Context['previous'] {
  const { written, lastDecision } = state;
  if (written || lastDecision?.outcome === 'write') return { rule: lastDecision?.rule ?? null };
  return lastDecision ? null : undefined;
}

type TenantDefault = Pick<GroupSettings, 'newUnifiedGroupWritebackDefault'>;

/**
 * A setting that cannot be read is as it was seen last, also by another process: what is written once
 * stays. One that nobody has ever seen counts as not set: the default of Graph is to write.
 */
function tenantSettings(deps: ContextDeps): () => Promise<TenantDefault | undefined> {
  let known: { readonly at: number; readonly settings: TenantDefault } | undefined;
  let reading: Promise<TenantDefault | undefined> | undefined;
  const read = async (): Promise<TenantDefault | undefined> => {
    const answer = await deps.graph.readGroupSettings();
    if (answer.outcome === 'complete') known = { at: deps.now().getTime(), settings: answer.value };
    if (known) return known.settings;
    const { tenantDefault } = await deps.watchStates.load();
    return tenantDefault && { newUnifiedGroupWritebackDefault: tenantDefault.value };
  };
  return async () => {
    if (known && deps.now().getTime() - known.at < settingsMs) return known.settings;
    // Many objects are decided over at the same time; one of them asks for all.
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

/** Since when the default is off, as far as the watch has seen it: groups that are older are not new. */
async function sinceWhen(
  { newUnifiedGroupWritebackDefault: value }: TenantDefault,
  { watchStates }: ContextDeps,
): Promise<Moment | undefined> {
  if (value) return undefined;
  const { tenantDefault } = await watchStates.load();
  return tenantDefault?.value === value ? tenantDefault.changedAt : undefined;
}

/** A written group that nests this one and whose rule writes nested groups too. */
async function closureParent(
  group: EntraId,
  policy: Policy,
  deps: ContextDeps,
): Promise<{ readonly rule: string } | undefined> {
  const closing = new Set(
    policy.groups.filter(({ settings }) => settings.nesting === 'closure').map(({ name }) => name),
  );
  for await (const id of deps.waiting.groupsOf(group)) {
    const { lastDecision } = await deps.states.load({ kind: 'group', id });
    const rule = lastDecision?.rule;
    if (lastDecision?.outcome === 'write' && rule && closing.has(rule)) return { rule };
  }
  return undefined;
}
