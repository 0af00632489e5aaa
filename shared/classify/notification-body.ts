import { z } from 'zod';
import type { Moment } from '../domain/index.ts';
import { isLifecycleItem, type LifecycleNotification, readLifecycle } from './lifecycle.ts';
import { type ChangeNotification, readNotification } from './notification.ts';

/** An item that is dropped, and why; the others of the same POST are kept. */
export type RefusedItem = { readonly index: number; readonly why: string };

export type NotificationBody = {
  readonly notifications: readonly ChangeNotification[];
  readonly lifecycles: readonly LifecycleNotification[];
  readonly refused: readonly RefusedItem[];
};

/** A webhook's collection, one CloudEvent, or a batch of CloudEvents (Event Grid partner topics). */
const CloudEvent = z.looseObject({ specversion: z.string(), data: z.unknown() });
const Envelope = z.union([
  z.looseObject({ value: z.array(z.unknown()) }).transform(({ value }) => value),
  z.array(CloudEvent).transform((events) => events.map((event) => event.data)),
  CloudEvent.transform((event) => [event.data]),
]);

/**
 * Reads the body of a notification POST. Items of any subscriptions may share one POST, and change
 * and lifecycle items may be mixed. Whether the client state is right is for the caller to judge.
 */
export function readNotificationBody(body: unknown, receivedAt: Moment): NotificationBody {
  const envelope = Envelope.safeParse(body);
  if (!envelope.success) {
    const why = 'the body is neither {"value": […]} as Microsoft Graph sends it nor a CloudEvent';
    return { notifications: [], lifecycles: [], refused: [{ index: 0, why }] };
  }
  const notifications: ChangeNotification[] = [];
  const lifecycles: LifecycleNotification[] = [];
  const refused: RefusedItem[] = [];
  for (const [index, item] of envelope.data.entries()) {
    if (isLifecycleItem(item)) {
      const read = readLifecycle(item);
      if (read.ok) lifecycles.push(read.lifecycle);
      else refused.push({ index, why: read.why });
    } else {
      const read = readNotification(item, receivedAt);
      if (read.ok) notifications.push(read.notification);
      else refused.push({ index, why: read.why });
    }
  }
  return { notifications, lifecycles, refused };
}
