import { asBusError } from '../bus-error.ts';
import { type Delivery, frames, rhea, type Typed } from './rhea.ts';

/** Which end of the link the broker is. */
export type Side = 'sending' | 'receiving';

/** Tells the client that its message, or its decision on a message, is accepted. */
export function accept(delivery: Delivery, side: Side): void {
  end(delivery, side, rhea.message.accepted().described());
}

/** Tells the client that its message, or its decision on a message, is refused, and why. */
export function reject(delivery: Delivery, side: Side, error: unknown): void {
  const { condition, message } = asBusError(error);
  end(delivery, side, rhea.message.rejected({ error: { condition, description: message } }).described());
}

/**
 * Writes a disposition of its own for the delivery, for two reasons: rhea merges those of neighbouring deliveries
 * even when their outcomes differ, and it never frees a delivery that it sent in the settle mode "second".
 */
function end(delivery: Delivery, side: Side, state: Typed): void {
  const { id, link } = delivery;
  delivery.settled = true;
  delivery.remote_settled = true;
  link.session.output(
    frames.disposition({ role: side === 'receiving', first: id, last: id, state, settled: true }),
  );
  link.connection._register();
}
