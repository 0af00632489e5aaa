import type { MessageState, StoredMessage } from '../queue/message.ts';
import { rhea } from './rhea.ts';
import { encodeSections, section, sectionCode } from './sections.ts';

const { types, message: codec } = rhea;

/** Values of the annotation `x-opt-message-state`. */
const stateNumber: Readonly<Record<MessageState, number>> = { active: 0, deferred: 1, scheduled: 2 };

/**
 * A message as a receiver gets it: the sender's bytes behind the header and annotations of the broker.
 *
 * @param until end of the lock in milliseconds since the epoch; undefined: not locked
 */
export function writeMessage(message: StoredMessage, until: number | undefined): Buffer {
  const annotations = {
    'x-opt-enqueued-time': types.wrap_timestamp(message.enqueuedAt),
    'x-opt-sequence-number': types.wrap_long(message.sequence),
    'x-opt-enqueue-sequence-number': types.wrap_long(message.enqueuedSequence),
    'x-opt-message-state': types.wrap_int(stateNumber[message.state]),
    ...(until !== undefined && { 'x-opt-locked-until': types.wrap_timestamp(until) }),
    ...(message.partitionKey !== undefined && { 'x-opt-partition-key': message.partitionKey }),
    ...(message.scheduledFor !== undefined && {
      'x-opt-scheduled-enqueue-time': types.wrap_timestamp(message.scheduledFor),
    }),
    ...(message.deadLetterSource !== undefined && { 'x-opt-deadletter-source': message.deadLetterSource }),
  };
  const head = encodeSections(
    codec.header({ ttl: message.timeToLive, delivery_count: message.deliveryCount }).described(),
    section(sectionCode.messageAnnotations, types.wrap_symbolic_map(annotations)),
  );
  return Buffer.concat([head, message.bare]);
}
