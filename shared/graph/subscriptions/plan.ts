import { createHash } from 'node:crypto';
import type { Subscription, WantedSubscription } from './subscription.ts';

export type SubscriptionAction =
  | { readonly action: 'create'; readonly wanted: WantedSubscription; readonly because: string }
  /** Delete, then create: Graph cannot change these properties, and refuses a double. */
  | {
      readonly action: 'replace';
      readonly id: string;
      readonly wanted: WantedSubscription;
      readonly because: string;
    }
  | { readonly action: 'renew'; readonly id: string; readonly because: string }
  | { readonly action: 'reauthorize'; readonly id: string; readonly because: string }
  | { readonly action: 'delete'; readonly id: string; readonly because: string };

export type SubscriptionView = {
  readonly wanted: readonly WantedSubscription[];
  readonly existing: readonly Subscription[];
  readonly now: Date;
  /** Subscriptions that Graph asked to reauthorise. */
  readonly askedFor?: ReadonlySet<string>;
  /** When each was last made, renewed or reauthorised. */
  readonly touchedAt?: ReadonlyMap<string, Date>;
  /** `fingerprintOf` the client state with which each was made, for where Graph hides it. */
  readonly madeWith?: ReadonlyMap<string, string>;
};

/** A subscription is renewed when less than this is left of its life. */
export const renewBeforeMs = 24 * 60 * 60 * 1000;

/** Renewing and reauthorising must lie this far apart (Microsoft Graph, lifecycle notifications). */
export const restMs = 10 * 60 * 1000;

/** Tells client states apart without keeping them. */
export const fingerprintOf = (clientState: string): string =>
  createHash('sha256').update(clientState, 'utf8').digest('hex').slice(0, 16);

/**
 * What to do so that each wanted subscription exists once, as wanted, for long enough.
 *
 * | of its resource there is  | action                                                    |
 * |---------------------------|-----------------------------------------------------------|
 * | nothing                   | create                                                    |
 * | none that is right        | replace one, delete the others                            |
 * | a right one               | keep the one that lives longest, delete the others        |
 * | … kept, touched just now  | nothing                                                   |
 * | … kept, near its end      | renew, which reauthorises too                             |
 * | … kept, Graph has asked   | reauthorise                                               |
 *
 * Subscriptions on other resources are not ours to judge.
 */
export function planSubscriptions(view: SubscriptionView): readonly SubscriptionAction[] {
  return view.wanted.flatMap((wanted) => {
    const own = view.existing
      .filter((one) => sameResource(one.resource, wanted.resource))
      .map((one) => ({ one, fault: faultOf(one, wanted, view) }))
      .toSorted(
        (a, b) =>
          Number(a.fault !== undefined) - Number(b.fault !== undefined) || endOf(b.one) - endOf(a.one),
      );
    const [best, ...doubles] = own;
    if (!best) return [{ action: 'create', wanted, because: 'it does not exist' } as const];
    const upkeep: readonly SubscriptionAction[] =
      best.fault === undefined
        ? upkeepOf(best.one, view)
        : [{ action: 'replace', id: best.one.id, wanted, because: best.fault }];
    // Doubles go first, so that none of them stands in the way of what is made anew.
    return [...doubles.map(({ one, fault }) => removal(one, fault)), ...upkeep];
  });
}

const removal = (one: Subscription, fault: string | undefined): SubscriptionAction => ({
  action: 'delete',
  id: one.id,
  because: fault ?? 'there are two of it',
});

function upkeepOf(one: Subscription, view: SubscriptionView): readonly SubscriptionAction[] {
  const touched = view.touchedAt?.get(one.id);
  if (touched && view.now.getTime() - touched.getTime() < restMs) return [];
  if (endOf(one) - view.now.getTime() < renewBeforeMs) {
    return [{ action: 'renew', id: one.id, because: `it ends at ${one.expirationDateTime}` }];
  }
  const asked = view.askedFor?.has(one.id) ?? false;
  return asked ? [{ action: 'reauthorize', id: one.id, because: 'Graph asked for it' }] : [];
}

/** Why a subscription cannot be kept; undefined where it is as wanted. Secrets are not named. */
function faultOf(one: Subscription, wanted: WantedSubscription, view: SubscriptionView): string | undefined {
  if (endOf(one) <= view.now.getTime()) return `it ended at ${one.expirationDateTime}`;
  if (one.notificationUrl !== wanted.notificationUrl) return `it notifies ${one.notificationUrl}`;
  if (one.lifecycleNotificationUrl !== wanted.lifecycleNotificationUrl) {
    return `its lifecycle address is ${one.lifecycleNotificationUrl ?? 'not set'}`;
  }
  if (kindsOf(one.changeType) !== kindsOf(wanted.changeType)) return `it is for ${one.changeType}`;
  const madeWith = one.clientState === null ? view.madeWith?.get(one.id) : fingerprintOf(one.clientState);
  return madeWith === fingerprintOf(wanted.clientState) ? undefined : 'it has another client state';
}

const endOf = (one: Subscription): number => Date.parse(one.expirationDateTime);

const kindsOf = (changeType: string): string =>
  changeType
    .split(',')
    .map((kind) => kind.trim().toLowerCase())
    .toSorted()
    .join();

/** Graph gives a resource back with or without its leading slash. */
const sameResource = (one: string, other: string): boolean =>
  one.replace(/^\//, '').toLowerCase() === other.replace(/^\//, '').toLowerCase();
