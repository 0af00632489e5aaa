import { z } from 'zod';
import type { Change, MembershipDelta, Moment } from '../domain/index.ts';
import { readMembersDelta } from './removed.ts';
import { parseResource } from './resource.ts';

/**
 * One item of a change notification. Only what is used is read; in particular `sequenceNumber` is
 * not, since it exceeds what a JSON number can hold and JSON.parse has rounded it already.
 */
const Item = z.looseObject({
  changeType: z.enum(['created', 'updated', 'deleted'], {
    error: ({ input }) => `is ${JSON.stringify(input)}, not one of created, updated, deleted`,
  }),
  clientState: z.string().nullish(),
  subscriptionId: z.string().nullish(),
  resource: z.string(),
  resourceData: z
    .looseObject({ id: z.string().nullish(), 'members@delta': z.unknown().optional() })
    .nullish(),
});

export type ChangeNotification = {
  readonly clientState: string | null;
  readonly subscriptionId: string | null;
  readonly change: Change;
  /**
   * What `members@delta` spoke of, if anything: a hint for people and logs. It never counts as
   * membership, since Graph drops, repeats and reorders notifications.
   */
  readonly hint: MembershipDelta | null;
};

export type NotificationResult =
  | { readonly ok: true; readonly notification: ChangeNotification }
  | { readonly ok: false; readonly why: string };

/**
 * One item as a change. Creation and soft deletion arrive as `updated` (Microsoft Graph, subscription
 * resource type), so only `deleted` is a tombstone.
 */
export function readNotification(item: unknown, receivedAt: Moment): NotificationResult {
  const parsed = Item.safeParse(item);
  if (!parsed.success) return refuse(explain(parsed.error));
  const { resource, resourceData, changeType, clientState, subscriptionId } = parsed.data;
  const object = parseResource(resource);
  if (!object) return refuse(`resource ${JSON.stringify(resource)} names no group, user or device by its id`);
  if (resourceData?.id && resourceData.id.toLowerCase() !== object.id) {
    return refuse(`resource names ${object.id} and resourceData.id ${JSON.stringify(resourceData.id)}`);
  }
  const hinted = resourceData?.['members@delta'];
  const members = Array.isArray(hinted) ? hinted : undefined;
  return {
    ok: true,
    notification: {
      clientState: clientState ?? null,
      subscriptionId: subscriptionId ?? null,
      hint: members ? readMembersDelta(members).delta : null,
      change: {
        ...object,
        cause: 'notification',
        ...(changeType === 'deleted' && { tombstone: 'deleted' as const }),
        membership: { read: 'none' },
        receivedAt,
        attempt: 0,
      },
    },
  };
}

const refuse = (why: string): NotificationResult => ({ ok: false, why });

/** All issues of an item in one line, each with its field. */
export const explain = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.map(String).join('.') || 'item'}: ${issue.message}`).join('; ');
