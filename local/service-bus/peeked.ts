import { z } from 'zod';
import { rhea } from './amqp/rhea.ts';
import { lockedUntil } from './queue/locks.ts';
import type { MessageState, StoredMessage } from './queue/message.ts';
import type { Queue } from './queue/queue.ts';

/** A message as tests and people look at it. */
export interface PeekedMessage {
  readonly sequence: number;
  readonly messageId: string;
  readonly sessionId: string | undefined;
  readonly state: MessageState;
  readonly deliveryCount: number;
  /** Milliseconds since the epoch; undefined: not locked. */
  readonly lockedUntil: number | undefined;
  /** The body as text: JSON for whatever the SDK was given other than bytes. Undefined when it is not binary. */
  readonly body: string | undefined;
}

const dataBody = z.object({ body: z.object({ content: z.instanceof(Buffer) }) });

export function peeked(queue: Queue, message: StoredMessage): PeekedMessage {
  const lock = queue.locks.of(message.sequence);
  const decoded = dataBody.safeParse(rhea.message.decode(message.bare));
  return {
    sequence: message.sequence,
    messageId: message.messageId,
    sessionId: message.sessionId,
    state: message.state,
    deliveryCount: message.deliveryCount,
    lockedUntil: lock === undefined ? undefined : lockedUntil(lock),
    body: decoded.success ? decoded.data.body.content.toString('utf8') : undefined,
  };
}
