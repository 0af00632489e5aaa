import type { LinkChange } from '../tenant/change-log.ts';
import { preciseOf } from '../tenant/date-time.ts';
import type { Subscription } from './subscription.ts';

/** A JSON value in which integers may be larger than 2^53; see {@link textOf}. */
export type WideJson =
  | string
  | number
  | boolean
  | null
  | bigint
  | readonly WideJson[]
  | { readonly [name: string]: WideJson };

export type NotificationParts = {
  readonly subscription: Subscription;
  readonly tenantId: string;
  readonly changeType: 'updated' | 'deleted';
  readonly id: string;
  /** .NET ticks, growing with every notification. */
  readonly sequenceNumber: bigint;
  readonly members: LinkChange | undefined;
};

const expiryText = ({ expiresAt }: Subscription): string =>
  new Date(expiresAt).toISOString().replace('Z', '+00:00');

/** Additions and removals as notifications write them: here `@removed` is a text, not an object as in delta. */
const membersDelta = ({ added, removed }: LinkChange): WideJson => [
  ...added.map((id) => ({ id })),
  ...removed.map((id) => ({ id, '@removed': 'deleted' })),
];

/** A change notification in the shape that is seen on the wire. */
export const notificationItem = ({
  subscription,
  tenantId,
  changeType,
  id,
  sequenceNumber,
  members,
}: NotificationParts): WideJson => {
  const isGroup = subscription.watched.kind === 'group';
  const resource = `${isGroup ? 'Groups' : 'Users'}/${id}`;
  return {
    changeType,
    clientState: subscription.clientState,
    resource,
    resourceData: {
      '@odata.type': isGroup ? '#Microsoft.Graph.Group' : '#Microsoft.Graph.User',
      '@odata.id': resource,
      id,
      organizationId: tenantId,
      ...(isGroup ? { eventTime: preciseOf(sequenceNumber) } : {}),
      sequenceNumber,
      ...(members ? { 'members@delta': membersDelta(members) } : {}),
    },
    subscriptionExpirationDateTime: expiryText(subscription),
    subscriptionId: subscription.id,
    tenantId,
  };
};

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

/** A lifecycle notification: it has no changeType, resource or resourceData. */
export const lifecycleItem = (
  subscription: Subscription,
  tenantId: string,
  lifecycleEvent: LifecycleEvent,
): WideJson => ({
  subscriptionId: subscription.id,
  subscriptionExpirationDateTime: expiryText(subscription),
  tenantId,
  clientState: subscription.clientState,
  lifecycleEvent,
});

const wideMark = '\u0001';

/** JSON text in which big integers stand as bare numbers with all their digits. */
export const textOf = (value: WideJson): string =>
  JSON.stringify(value, (_name, part) => (typeof part === 'bigint' ? `${wideMark}${part}` : part)).replace(
    /"\\u0001(\d+)"/g,
    '$1',
  );
