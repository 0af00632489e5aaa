import { type Answer, complete } from '../failure.ts';
import { collect } from '../read/collect.ts';
import { isNotFound } from '../request/failure-of.ts';
import type { Call, Requester } from '../request/requester.ts';
import { understand } from '../schema/understand.ts';
import { Subscription, type WantedSubscription } from './subscription.ts';

const path = '/v1.0/subscriptions';
const permissions = { '/groups': 'Group.Read.All', '/users': 'User.Read.All' } as const;
const permission = 'Group.Read.All and User.Read.All';

const pathOf = (id: string): string => `${path}/${encodeURIComponent(id)}`;

/** All subscriptions of this app in the tenant. */
export const listSubscriptions = (requester: Requester): Promise<Answer<readonly Subscription[]>> =>
  collect(requester, { path, permission }, Subscription);

/** Graph calls both addresses before it answers: they must be up. The life of a subscription is at most 41,760 minutes. */
export const createSubscription = (
  requester: Requester,
  wanted: WantedSubscription,
  expires: Date,
): Promise<Answer<Subscription>> =>
  subscriptionFrom(requester, {
    method: 'POST',
    path,
    body: { ...wanted, expirationDateTime: expires.toISOString(), latestSupportedTlsVersion: 'v1_2' },
    permission: permissions[wanted.resource],
  });

/** Renewing reauthorises as well. */
export const renewSubscription = (
  requester: Requester,
  id: string,
  expires: Date,
): Promise<Answer<Subscription>> =>
  subscriptionFrom(requester, {
    method: 'PATCH',
    path: pathOf(id),
    body: { expirationDateTime: expires.toISOString() },
    permission,
  });

export const reauthorizeSubscription = (requester: Requester, id: string): Promise<Answer<undefined>> =>
  done(requester, { method: 'POST', path: `${pathOf(id)}/reauthorize`, permission });

/** What is not there (any more) counts as deleted. */
export async function deleteSubscription(requester: Requester, id: string): Promise<Answer<undefined>> {
  const answer = await done(requester, { method: 'DELETE', path: pathOf(id), permission });
  return answer.outcome === 'failed' && isNotFound(answer.why) ? complete(undefined) : answer;
}

async function subscriptionFrom(requester: Requester, call: Call): Promise<Answer<Subscription>> {
  const reply = await requester.send(call);
  return reply.outcome === 'failed' ? reply : understand(Subscription, reply.value.body, call.path);
}

async function done(requester: Requester, call: Call): Promise<Answer<undefined>> {
  const reply = await requester.send(call);
  return reply.outcome === 'failed' ? reply : complete(undefined);
}
