import { z } from 'zod';
import { explain } from './notification.ts';

/** What Graph says about a subscription. Users and groups get `reauthorizationRequired` only, as documented. */
export const LifecycleEvent = z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']);
export type LifecycleEvent = z.output<typeof LifecycleEvent>;

const Item = z.looseObject({
  lifecycleEvent: LifecycleEvent,
  subscriptionId: z.string().min(1),
  clientState: z.string().nullish(),
});

export type LifecycleNotification = {
  readonly event: LifecycleEvent;
  readonly subscriptionId: string;
  readonly clientState: string | null;
};

export type LifecycleResult =
  | { readonly ok: true; readonly lifecycle: LifecycleNotification }
  | { readonly ok: false; readonly why: string };

/** A lifecycle item has no changeType, resource or id: it is known by its `lifecycleEvent`. */
export const isLifecycleItem = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && 'lifecycleEvent' in item;

export function readLifecycle(item: unknown): LifecycleResult {
  const parsed = Item.safeParse(item);
  if (!parsed.success) return { ok: false, why: explain(parsed.error) };
  const { lifecycleEvent, subscriptionId, clientState } = parsed.data;
  return { ok: true, lifecycle: { event: lifecycleEvent, subscriptionId, clientState: clientState ?? null } };
}
