import type { OperationName } from './protocol.ts';
import type { Request } from './requests.ts';

/** What can go wrong with a request. */
export type Fault =
  /** 51: the server is too busy now. */
  | { readonly kind: 'busy' }
  /** 52: the server is shutting down. */
  | { readonly kind: 'unavailable' }
  /** The answer comes late; the server has applied the request in time. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The request is applied, and its answer never comes. */
  | { readonly kind: 'silent' }
  /** The connection breaks before the server has seen the request. */
  | { readonly kind: 'cutBefore' }
  /** The connection breaks after the server has applied the request. */
  | { readonly kind: 'cutAfter' }
  /** 10: somebody else has the object. */
  | { readonly kind: 'referral'; readonly url: string }
  /** The server says goodbye (RFC 4511 §4.4.1) and closes. */
  | { readonly kind: 'disconnect' }
  /** Any other answer. */
  | { readonly kind: 'answer'; readonly resultCode: number; readonly text: string };

export type FaultOrder = {
  readonly fault: Fault;
  /** Which requests; all when left out. */
  readonly operation?: OperationName;
  /** Requests whose DN matches. */
  readonly dn?: RegExp;
  /** How many matching requests go wrong; default 1. */
  readonly times?: number;
  /** How many matching requests go through before; default 0. */
  readonly after?: number;
};

/** Makes the next requests go wrong. Each order is used up after its number of times. */
export type Faults = {
  order(order: FaultOrder): void;
  clear(): void;
  /** Orders that have not been used up yet. */
  pending(): number;
};

/** The orders, and what to do with a request. */
export function createFaults(): Faults & { next(request: Request): Fault | undefined } {
  let orders: readonly { readonly order: FaultOrder; readonly skip: number; readonly left: number }[] = [];
  return {
    order: (order) => {
      orders = [...orders, { order, skip: order.after ?? 0, left: order.times ?? 1 }];
    },
    clear: () => {
      orders = [];
    },
    pending: () => orders.length,
    next: (request) => {
      const hit = orders.find(({ order }) => matches(order, request));
      if (hit === undefined) return undefined;
      const used = hit.skip > 0 ? { ...hit, skip: hit.skip - 1 } : { ...hit, left: hit.left - 1 };
      orders = orders.map((one) => (one === hit ? used : one)).filter(({ left }) => left > 0);
      return hit.skip > 0 ? undefined : hit.order.fault;
    },
  };
}

const matches = ({ operation, dn }: FaultOrder, request: Request): boolean =>
  (operation === undefined || operation === request.operation) && (dn === undefined || dn.test(request.dn));
