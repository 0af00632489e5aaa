import { z } from 'zod';
import { GraphError, invalidRequest } from '../http/graph-error.ts';
import type { JsonObject } from '../http/parameter.ts';
import type { Subscription, Watched } from './subscription.ts';

/** The longest life of a subscription to users or groups. */
export const longestMinutes = 41_760;
/** Shorter lives are raised to this. */
export const shortestMinutes = 45;
const minuteMs = 60_000;

const isHttpUrl = (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text);
const url = z.string().refine(isHttpUrl, 'must be an absolute http or https URL');

const requestSchema = z.object({
  changeType: z.string(),
  notificationUrl: url,
  lifecycleNotificationUrl: url.nullish(),
  resource: z.string().min(1),
  expirationDateTime: z.string(),
  clientState: z.string().max(128).nullish(),
  latestSupportedTlsVersion: z.enum(['v1_0', 'v1_1', 'v1_2', 'v1_3']).nullish(),
  includeResourceData: z.boolean().nullish(),
});

export type SubscriptionRequest = Pick<
  Subscription,
  | 'watched'
  | 'resource'
  | 'changeType'
  | 'notificationUrl'
  | 'lifecycleNotificationUrl'
  | 'clientState'
  | 'latestSupportedTlsVersion'
  | 'expiresAt'
>;

/** `/groups`, `/groups/{id}`, `/groups/{id}/members|owners`, `/users`, `/users/{id}`; nothing else of the directory. */
const watchedBy = (resource: string): Watched => {
  const [, collection, id, link] =
    resource.match(
      /^\/?(?:v1\.0\/|beta\/)?(groups|users)(?:\/([0-9a-f-]{36}))?(?:\/(members|owners))?\/?$/i,
    ) ?? [];
  const kind = collection?.toLowerCase() === 'users' ? 'user' : 'group';
  if (collection === undefined || (link !== undefined && (id === undefined || kind === 'user'))) {
    throw invalidRequest(
      `Resource '${resource}' is not supported for change notifications.`,
      'InvalidRequest',
    );
  }
  return {
    kind,
    id: id?.toLowerCase(),
    link: link?.toLowerCase() === 'members' ? 'members' : link ? 'owners' : undefined,
  };
};

/**
 * Users and groups know `updated` (also for creation and soft deletion) and `deleted` (permanent). `created` is
 * refused alone, and taken without effect next to others, as seen in the service.
 */
const checkedChangeType = (changeType: string): string => {
  const types = changeType.split(',').map((type) => type.trim().toLowerCase());
  const isKnown = types.every((type) => ['created', 'updated', 'deleted'].includes(type));
  if (isKnown && types.some((type) => type !== 'created')) return types.join(',');
  throw invalidRequest(`Invalid 'changeType' attribute: '${changeType}'.`, 'InvalidRequest');
};

/**
 * The expiry that a subscription gets.
 * @throws GraphError 400 for the past, for more than {@link longestMinutes} ahead, and for what is no date.
 */
export const expiryOf = (text: unknown, now: number): number => {
  const wanted = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(wanted))
    throw invalidRequest(`Invalid 'expirationDateTime' attribute: '${text}'.`, 'InvalidRequest');
  if (wanted <= now)
    throw invalidRequest('Subscription expiration can only be in the future.', 'InvalidRequest');
  if (wanted > now + longestMinutes * minuteMs) {
    throw invalidRequest(
      `Subscription expiration can only be ${longestMinutes} minutes in the future.`,
      'InvalidRequest',
    );
  }
  return Math.max(wanted, now + shortestMinutes * minuteMs);
};

/** Reads the body of `POST /subscriptions`. */
export const subscriptionRequest = (body: JsonObject, now: number): SubscriptionRequest => {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidRequest(
      `Invalid '${issue?.path.join('.')}' attribute: ${issue?.message}.`,
      'InvalidRequest',
    );
  }
  const {
    resource,
    changeType,
    notificationUrl,
    lifecycleNotificationUrl,
    clientState,
    latestSupportedTlsVersion,
  } = parsed.data;
  const watched = watchedBy(resource);
  if (parsed.data.includeResourceData) {
    throw invalidRequest(
      `Resource '${resource}' does not support notifications with resource data.`,
      'InvalidRequest',
    );
  }
  return {
    watched,
    resource,
    changeType: checkedChangeType(changeType),
    notificationUrl,
    lifecycleNotificationUrl: lifecycleNotificationUrl ?? undefined,
    clientState: clientState ?? null,
    latestSupportedTlsVersion: latestSupportedTlsVersion ?? 'v1_2',
    expiresAt: expiryOf(parsed.data.expirationDateTime, now),
  };
};

/** @throws GraphError 409 when the app already has this subscription, 403 when it has too many. */
export const checkAgainst = (
  existing: readonly Subscription[],
  wanted: SubscriptionRequest,
  quota: number,
): void => {
  const twin = existing.find(
    (each) =>
      each.resource.replace(/^\//, '') === wanted.resource.replace(/^\//, '') &&
      each.changeType === wanted.changeType &&
      each.notificationUrl === wanted.notificationUrl,
  );
  if (twin)
    throw new GraphError(
      409,
      'Conflict',
      `Subscription ${twin.id} already covers this resource, changeType and notificationUrl.`,
    );
  if (existing.length >= quota) {
    throw new GraphError(
      403,
      'Forbidden',
      `The app has reached the limit of ${quota} subscriptions to directory objects in this tenant.`,
    );
  }
};
