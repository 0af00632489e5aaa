import type { Delivery, RouteRecord } from '../state/route-record.ts';
import type { AlertDeps } from './deps.ts';

/** Changes the message of a route that is on its way, unless another one has taken its place. */
export const changeDelivery = (
  route: string,
  { message }: Delivery,
  to: (delivery: Delivery) => Delivery,
  deps: AlertDeps,
): Promise<RouteRecord | undefined> =>
  deps.routes.update(route, (record) =>
    record?.delivery?.message.id === message.id ? { ...record, delivery: to(record.delivery) } : record,
  );
