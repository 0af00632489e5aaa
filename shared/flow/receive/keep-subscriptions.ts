import type { LifecycleNotification } from '../../classify/index.ts';
import { momentOf } from '../../domain/index.ts';
import {
  fingerprintOf,
  type Graph,
  planSubscriptions,
  type Subscription,
  type SubscriptionAction,
  type WantedSubscription,
} from '../../graph/index.ts';
import type { KnownSubscription, SubscriptionStates } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';

export type SubscriptionDeps = Surroundings & {
  readonly graph: Pick<
    Graph,
    | 'listSubscriptions'
    | 'createSubscription'
    | 'renewSubscription'
    | 'reauthorizeSubscription'
    | 'deleteSubscription'
  >;
  readonly subscriptionStates: SubscriptionStates;
  /** Public address of the function app; undefined where no notifications are wanted. */
  readonly notificationUrl: string | undefined;
  /** The client state in force, and before it those that are still accepted. */
  readonly clientStates: readonly string[];
};

/** Graph keeps subscriptions on groups and users for at most 41,760 minutes (graph.md §1.1); we ask for two days. */
const lifetimeMs = 48 * 60 * 60 * 1000;

/** The subscriptions that should exist: directory objects notify on `updated` and `deleted` only (graph.md §1.3). */
export function wantedSubscriptions(
  notificationUrl: string,
  clientState: string,
): readonly WantedSubscription[] {
  return (['/groups', '/users'] as const).map((resource) => ({
    resource,
    changeType: 'updated,deleted',
    notificationUrl: `${notificationUrl}/api/notifications`,
    lifecycleNotificationUrl: `${notificationUrl}/api/lifecycle`,
    clientState,
  }));
}

/**
 * Compares the subscriptions that exist with those that should, and mends the difference. Without a
 * complete list nothing is done. One that fails does not keep the others from being mended.
 */
export async function keepSubscriptions(
  asked: readonly LifecycleNotification[],
  deps: SubscriptionDeps,
): Promise<void> {
  const [clientState] = deps.clientStates;
  if (!deps.notificationUrl || !clientState) return;
  const known = await deps.subscriptionStates.update((state) => ({
    ...state,
    askedFor: [
      ...new Set([
        ...state.askedFor,
        ...asked
          .filter((item) => item.event === 'reauthorizationRequired')
          .map((item) => item.subscriptionId),
      ]),
    ],
  }));
  const listed = await deps.graph.listSubscriptions();
  if (listed.outcome === 'failed') {
    deps.log('subscription.listFailed', { message: listed.why.message }, 'error');
    return;
  }
  const actions = planSubscriptions({
    wanted: wantedSubscriptions(deps.notificationUrl, clientState),
    existing: listed.value,
    now: deps.now(),
    askedFor: new Set(known.askedFor),
    touchedAt: new Map(known.subscriptions.map((one) => [one.id, new Date(one.touchedAt)])),
    madeWith: new Map(known.subscriptions.map((one) => [one.id, one.madeWith])),
  });
  for (const action of actions) await carryOut(action, clientState, deps);
  await deps.subscriptionStates.update((state) => ({ ...state, checkedAt: momentOf(deps.now()) }));
}

async function carryOut(
  action: SubscriptionAction,
  clientState: string,
  deps: SubscriptionDeps,
): Promise<void> {
  const result = await perform(action, deps);
  const fields = {
    action: action.action,
    ...('id' in action && { subscriptionId: action.id }),
    because: action.because,
  };
  if (result.outcome === 'failed') {
    deps.log('subscription.failed', { ...fields, message: result.why.message }, 'error');
    return;
  }
  deps.log('subscription.kept', fields);
  const touchedAt = momentOf(deps.now());
  const made = result.value;
  const replaced = 'id' in action ? action.id : undefined;
  await deps.subscriptionStates.update((state) => ({
    ...state,
    askedFor: state.askedFor.filter((id) => id !== replaced),
    subscriptions: remembered(state.subscriptions, action, made, touchedAt, clientState),
  }));
}

async function perform(action: SubscriptionAction, deps: SubscriptionDeps) {
  const expires = new Date(deps.now().getTime() + lifetimeMs);
  switch (action.action) {
    case 'create':
      return deps.graph.createSubscription(action.wanted, expires);
    case 'replace': {
      const deleted = await deps.graph.deleteSubscription(action.id);
      return deleted.outcome === 'failed' ? deleted : deps.graph.createSubscription(action.wanted, expires);
    }
    case 'renew':
      return deps.graph.renewSubscription(action.id, expires);
    case 'reauthorize':
      return deps.graph.reauthorizeSubscription(action.id);
    case 'delete':
      return deps.graph.deleteSubscription(action.id);
  }
}

function remembered(
  known: readonly KnownSubscription[],
  action: SubscriptionAction,
  made: Subscription | undefined,
  touchedAt: KnownSubscription['touchedAt'],
  clientState: string,
): readonly KnownSubscription[] {
  const gone = 'id' in action && action.action !== 'reauthorize' ? action.id : undefined;
  const others = known.filter((one) => one.id !== gone && one.id !== made?.id);
  if (action.action === 'reauthorize') {
    return known.map((one) => (one.id === action.id ? { ...one, touchedAt } : one));
  }
  if (!made) return others;
  const expiresAt = momentOf(new Date(made.expirationDateTime));
  const madeWith = known.find((one) => one.id === made.id)?.madeWith ?? fingerprintOf(clientState);
  return [...others, { id: made.id, resource: made.resource, expiresAt, touchedAt, madeWith }];
}
