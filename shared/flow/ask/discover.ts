import { setImmediate } from 'node:timers/promises';
import { classifyGroup, type GroupKind, type GroupSource } from '../../classify/index.ts';
import {
  type Decision,
  EntraId,
  type ForestFacts,
  type GroupSnapshot,
  type Intent,
  type LiveSnapshot,
  type Moment,
  momentOf,
  type ReadFailure,
  type ReasonCode,
} from '../../domain/index.ts';
import type { Answer, Graph, GroupSettings, Organization, TenantFeatures } from '../../graph/index.ts';
import { evaluate, type Policy, requirements } from '../../policy/index.ts';
import type { ObjectState, ObjectStates } from '../../state/index.ts';
import type { DecideDeps } from '../evaluate/decide-change.ts';
import { needsOf } from '../evaluate/read-snapshot.ts';
import { type DeviceNeeds, deviceNeeds } from './device-needs.ts';
import { type InspectDeps, inspect } from './inspect.ts';
import { lookAt, type Known as Sized, withSizes } from './simulation/sizes.ts';

export type DiscoverDeps = InspectDeps & {
  readonly graph: Pick<
    Graph,
    'listObjects' | 'readOrganization' | 'readTenantFeatures' | 'readGroupSettings' | 'countMembers'
  >;
  readonly states: Pick<ObjectStates, 'load'>;
  readonly policy: () => Promise<Policy>;
  readonly context: DecideDeps['context'];
};

/** An answer, or why there is none. */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: string };

/** What becomes of the groups of one kind for one reason. */
export type GroupFate = {
  readonly kind: GroupKind;
  readonly source: GroupSource;
  readonly outcome: Decision['outcome'];
  readonly reason: ReasonCode;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly { readonly id: EntraId; readonly displayName: string }[];
};

/** `writebackConfiguration` of all Microsoft 365 groups. */
export type WritebackSettings = {
  readonly on: number;
  readonly off: number;
  readonly notSet: number;
  /** `onPremisesGroupType`, where it is set. */
  readonly types: Readonly<Record<string, number>>;
};

/** What an administrator asks before switching on. */
export type Discovery = {
  readonly at: Moment;
  readonly policyVersion: string;
  readonly organization: Known<Organization>;
  /** Writeback features of Entra Connect. Graph tells them to people only. */
  readonly features: Known<TenantFeatures>;
  readonly groupSettings: Known<GroupSettings>;
  readonly forest: Known<ForestFacts>;
  readonly devices: DeviceNeeds;
  readonly groups: Known<{
    readonly total: number;
    readonly dynamic: number;
    readonly roleAssignable: number;
    readonly microsoft365: WritebackSettings;
    /** In order of size. */
    readonly fates: readonly GroupFate[];
  }>;
};

/** How long the relay may take to say what AD is like. */
const relayPatienceMs = 5000;

/** How many groups of each fate are named. */
const named = 10;

/** Answers the planning questions, each on its own: what cannot be known says why, and hinders nothing else. */
export async function discover(traceparent: string, deps: DiscoverDeps): Promise<Discovery> {
  const { graph } = deps;
  const at = momentOf(deps.now());
  const policy = await deps.policy();
  const [organization, features, groupSettings, forest, groups] = await Promise.all([
    graph.readOrganization().then(known),
    graph.readTenantFeatures().then(known),
    graph.readGroupSettings().then(known),
    forestOf(at, traceparent, deps),
    countGroups(policy, deps),
  ]);
  const devices = deviceNeeds(policy, organization, forest);
  return {
    at,
    policyVersion: policy.version,
    organization,
    features,
    groupSettings,
    forest,
    devices,
    groups,
  };
}

const known = <T>(answer: Answer<T>): Known<T> =>
  answer.outcome === 'complete' ? { known: true, value: answer.value } : unknown(answer.why);

const unknown = ({ message }: Pick<ReadFailure, 'message'>) => ({ known: false, why: message }) as const;

/** Any look at AD tells what the forest is like; this one is for an object that nobody has. */
async function forestOf(at: Moment, traceparent: string, deps: DiscoverDeps): Promise<Known<ForestFacts>> {
  const look: Intent = {
    type: 'inspect',
    object: { kind: 'group', id: EntraId.parse('00000000-0000-0000-0000-000000000000') },
    intentId: deps.newId(),
    cause: 'request',
    reason: 'OUT_OF_SCOPE',
    rule: null,
    policyVersion: 'discover',
    displayName: 'discover',
    times: { receivedAt: at, decidedAt: at },
    desired: null,
    membership: { kind: 'unchanged' },
  };
  const inspection = await inspect([look], relayPatienceMs, traceparent, deps);
  if (inspection?.forest) return { known: true, value: inspection.forest };
  const seconds = relayPatienceMs / 1000;
  return unknown({
    message:
      inspection?.failure?.message ??
      `No relay answered within ${seconds} s. Start one beside a domain controller.`,
  });
}

async function countGroups(policy: Policy, deps: DiscoverDeps): Promise<Discovery['groups']> {
  const fates = new Map<string, GroupFate>();
  const types = new Map<string, number>();
  const counts = { total: 0, dynamic: 0, roleAssignable: 0, on: 0, off: 0, notSet: 0 };
  const { extensions = [] } = needsOf('group', requirements(policy));
  for await (const page of deps.graph.listObjects('group', { extensions })) {
    if ('failed' in page) return unknown(page.failed);
    const sized = await withStates(page.snapshots, policy, deps);
    if ('failed' in sized) return unknown(sized.failed);
    for (const { snapshot, state } of sized) {
      if (snapshot.kind !== 'group' || snapshot.presence === 'deleted') continue;
      const { kind, source, dynamic, roleAssignable } = classifyGroup(snapshot.properties);
      counts.total += 1;
      if (dynamic) counts.dynamic += 1;
      if (roleAssignable) counts.roleAssignable += 1;
      const { isEnabled, onPremisesGroupType } = snapshot.properties.writebackConfiguration;
      if (kind === 'microsoft365') {
        counts[isEnabled === null ? 'notSet' : isEnabled ? 'on' : 'off'] += 1;
        if (onPremisesGroupType) types.set(onPremisesGroupType, (types.get(onPremisesGroupType) ?? 0) + 1);
      }
      const { outcome, reason } = await decide(snapshot, state, policy, deps);
      const key = [kind, source, outcome, reason].join(' ');
      const { count, examples } = fates.get(key) ?? { count: 0, examples: [] };
      const example = { id: snapshot.id, displayName: snapshot.properties.displayName };
      fates.set(key, {
        ...{ kind, source, outcome, reason },
        count: count + 1,
        examples: count < named ? [...examples, example] : examples,
      });
    }
    await setImmediate();
  }
  const { total, dynamic, roleAssignable, on, off, notSet } = counts;
  const microsoft365 = { on, off, notSet, types: Object.fromEntries(types) };
  const bySize = [...fates.values()].sort((one, other) => other.count - one.count);
  return { known: true, value: { total, dynamic, roleAssignable, microsoft365, fates: bySize } };
}

/** Groups that are looked up and counted together. */
const width = 100;

/** The groups of a page with what is known of them, and with their number of members where it decides something. */
async function withStates(
  snapshots: readonly LiveSnapshot[],
  policy: Policy,
  deps: DiscoverDeps,
): Promise<readonly Sized[] | { readonly failed: ReadFailure }> {
  const all: Sized[] = [];
  for (let from = 0; from < snapshots.length; from += width) {
    const slice = snapshots.slice(from, from + width);
    const known = await Promise.all(
      slice.map(async (snapshot) => ({ snapshot, state: await deps.states.load(snapshot) })),
    );
    const sized = await withSizes(known, [policy], policy, deps);
    if ('failed' in sized) return sized;
    all.push(...sized.objects);
  }
  return all;
}

async function decide(
  snapshot: GroupSnapshot,
  state: ObjectState,
  policy: Policy,
  deps: DiscoverDeps,
): Promise<Decision> {
  const context = await deps.context(lookAt(snapshot), state, policy);
  return evaluate({ snapshot, policy, context }).decision;
}
