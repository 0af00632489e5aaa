import type { Json } from '../tenant/objects.ts';

/** What a subscription watches: a collection, or one object, or one object's references. */
export type Watched = {
  readonly kind: 'group' | 'user';
  readonly id: string | undefined;
  readonly link: 'members' | 'owners' | undefined;
};

export type Subscription = {
  readonly id: string;
  readonly applicationId: string;
  readonly creatorId: string;
  /** As the creator wrote it. */
  readonly resource: string;
  readonly watched: Watched;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string | null;
  readonly latestSupportedTlsVersion: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Until when the creator's token vouches for it; afterwards notifications wait. */
  readonly authorizedUntil: number;
};

/** The resource as Graph's API answers it. */
export const subscriptionBody = (subscription: Subscription): Record<string, Json> => ({
  id: subscription.id,
  resource: subscription.resource,
  applicationId: subscription.applicationId,
  changeType: subscription.changeType,
  clientState: subscription.clientState,
  notificationUrl: subscription.notificationUrl,
  notificationQueryOptions: null,
  lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
  expirationDateTime: new Date(subscription.expiresAt).toISOString(),
  creatorId: subscription.creatorId,
  includeResourceData: null,
  latestSupportedTlsVersion: subscription.latestSupportedTlsVersion,
  encryptionCertificate: null,
  encryptionCertificateId: null,
  notificationUrlAppId: null,
  notificationContentType: 'application/json',
});
