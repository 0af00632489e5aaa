import { z } from 'zod';

/** A subscription at Graph, as `GET /api/status` tells it. */
const Subscription = z.looseObject({ resource: z.string(), expiresAt: z.string() });
const Status = z.looseObject({ subscriptions: z.array(Subscription) });
type Subscription = z.output<typeof Subscription>;

/** What is needed to look at the webhook of a function app. */
export type WebhookLook = {
  /** The answer of `GET /api/status`. */
  readonly status: () => Promise<unknown>;
  /** Resolves when it is time to look again; false when there is no more time. */
  readonly again: () => Promise<boolean>;
  readonly now: () => Date;
};

/** Graph tells changes of these; devices have no notifications and are found by their feed. */
const resources = ['/groups', '/users'] as const;

/** What setup says before it changes anything, because it is not setup that does it. */
export const webhookPlan =
  'The function app registers its webhook (changes of groups and users) itself, within five minutes after it may read them, and renews it.';

/**
 * Looks whether Graph tells the function app of changes, and waits until it does. The app makes its
 * subscriptions itself, because only it can answer the validation of Graph and renew them.
 */
export async function confirmWebhook(look: WebhookLook, show: (text: string) => void): Promise<boolean> {
  let told = false;
  for (;;) {
    const live = liveOf(Status.parse(await look.status()).subscriptions, look.now());
    const missing = resources.filter((resource) => !live.some((one) => one.resource === resource));
    if (missing.length === 0) {
      for (const { resource, expiresAt } of live) show(`  ✓ ${resource}: subscribed until ${expiresAt}.`);
      return true;
    }
    if (!told) show(`Waiting for the subscription to ${missing.join(' and ')} …`);
    told = true;
    if (await look.again()) continue;
    show(
      `  ✗ ${missing.join(' and ')}: not subscribed yet. Changes are found by the feeds meanwhile, within a minute. entra-writeback violations tells what Graph answered.`,
    );
    return false;
  }
}

const liveOf = (subscriptions: readonly Subscription[], now: Date): readonly Subscription[] =>
  subscriptions.filter(({ expiresAt }) => new Date(expiresAt) > now);
