import { contextOf, created, type GraphRequest, type Handler, noContent, ok } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import { objectBody, parameter } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { type Subscription, subscriptionBody } from '../notifications/subscription.ts';

const entity = (request: GraphRequest, subscription: Subscription) => ({
  '@odata.context': contextOf(request, 'subscriptions/$entity'),
  ...subscriptionBody(subscription),
});

const create: Handler = async (request, { notifications }) =>
  created(entity(request, await notifications.create(objectBody(request), request.caller)));

const list: Handler = (request, { notifications }) =>
  ok({
    '@odata.context': contextOf(request, 'subscriptions'),
    value: notifications.list(request.caller).map(subscriptionBody),
  });

const get: Handler = (request, { notifications }) =>
  ok(entity(request, notifications.get(parameter(request, 'id'), request.caller)));

/** Only the expiry can be changed; the lifecycle URL of a subscription is fixed at its creation. */
const update: Handler = (request, { notifications }) => {
  const { expirationDateTime, ...others } = objectBody(request);
  const other = Object.keys(others).find((name) => !name.startsWith('@'));
  if (other)
    throw invalidRequest(
      `Property '${other}' of a subscription cannot be updated; delete and create it instead.`,
      'InvalidRequest',
    );
  return ok(
    entity(request, notifications.renew(parameter(request, 'id'), expirationDateTime, request.caller)),
  );
};

const remove: Handler = (request, { notifications }) => {
  notifications.remove(parameter(request, 'id'), request.caller);
  return noContent;
};

const reauthorize: Handler = (request, { notifications }) => {
  notifications.reauthorize(parameter(request, 'id'), request.caller);
  return { status: 200 };
};

export const subscriptionRoutes: readonly Route[] = [
  route('POST', '/subscriptions', create),
  route('GET', '/subscriptions', list),
  route('GET', '/subscriptions/{id}', get),
  route('PATCH', '/subscriptions/{id}', update),
  route('DELETE', '/subscriptions/{id}', remove),
  route('POST', '/subscriptions/{id}/reauthorize', reauthorize),
];
