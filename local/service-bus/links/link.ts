import type { Receiver, Sender } from '../amqp/rhea.ts';
import { asBusError } from '../bus-error.ts';

const management = '/$management';

/** What an address names: the token exchange, the management node of an entity, or an entity. */
export type Address =
  | { readonly kind: 'tokens' }
  | { readonly kind: 'management'; readonly entity: string }
  | { readonly kind: 'entity'; readonly entity: string };

export function parseAddress(address: string): Address {
  if (address === '$cbs') return { kind: 'tokens' };
  if (!address.toLowerCase().endsWith(management)) return { kind: 'entity', entity: address };
  return { kind: 'management', entity: address.slice(0, -management.length) };
}

/** Closes a link with the reason. */
export function refuseLink(link: Sender | Receiver, error: unknown): void {
  const { condition, message } = asBusError(error);
  link.close({ condition, description: message });
}
