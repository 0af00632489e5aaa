/** `active`: can be received; `deferred`: only by sequence number; `scheduled`: becomes active at a later time. */
export type MessageState = 'active' | 'deferred' | 'scheduled';

/** A message on its way into a queue. */
export interface ArrivingMessage {
  /** Properties, application properties and body in the bytes of the sender. */
  readonly bare: Buffer;
  readonly messageId: string;
  readonly sessionId?: string | undefined;
  readonly partitionKey?: string | undefined;
  /** Milliseconds; undefined: as long as the queue allows. */
  readonly timeToLive?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly scheduledFor?: number | undefined;
}

/** A message on a queue. Never changed: a new state is a new value with the same or a new sequence number. */
export interface StoredMessage extends ArrivingMessage {
  /** Position on the queue; a scheduled message gets a new one when it becomes active, as in Azure. */
  readonly sequence: number;
  readonly enqueuedSequence: number;
  /** Milliseconds since the epoch. */
  readonly enqueuedAt: number;
  /** Milliseconds since the epoch; undefined: never. */
  readonly expiresAt?: number | undefined;
  readonly state: MessageState;
  /** How often a receiver has had the message and not completed it. */
  readonly deliveryCount: number;
  /** The queue from which the message was dead-lettered. */
  readonly deadLetterSource?: string | undefined;
}
