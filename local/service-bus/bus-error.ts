/**
 * A request that the broker refuses in the words of Service Bus.
 *
 * `condition` is the AMQP error condition that clients translate into their own error code; `status` is the HTTP-like
 * code that answers to management requests carry instead. Both as listed in Microsoft's "AMQP 1.0 in Azure Service
 * Bus: request-response-based operations".
 */
export class BusError extends Error {
  readonly status: number;
  readonly condition: string;

  constructor(status: number, condition: string, message: string) {
    super(message);
    this.name = 'BusError';
    this.status = status;
    this.condition = condition;
  }
}

/** What a client is told of any error: its own words for a `BusError`, an internal error for all else. */
export function asBusError(error: unknown): BusError {
  if (error instanceof BusError) return error;
  return new BusError(500, 'amqp:internal-error', `The local broker failed: ${String(error)}`);
}

export const entityNotFound = (address: string): BusError =>
  new BusError(404, 'amqp:not-found', `The messaging entity '${address}' could not be found.`);

export const notAllowed = (message: string): BusError => new BusError(400, 'amqp:not-allowed', message);

export const notImplemented = (what: string): BusError =>
  new BusError(501, 'amqp:not-implemented', `${what} is not supported by the local broker.`);

export const badRequest = (message: string): BusError =>
  new BusError(400, 'com.microsoft:argument-error', message);

export const messageTooLarge = (size: number, limit: number): BusError =>
  new BusError(
    403,
    'amqp:link:message-size-exceeded',
    `The received message (size:${size} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`,
  );

export const queueFull = (queue: string, limit: number): BusError =>
  new BusError(
    403,
    'amqp:resource-limit-exceeded',
    `The maximum size of '${queue}' (${limit} bytes) has been reached.`,
  );

export const messageLockLost = (): BusError =>
  new BusError(
    410,
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );

export const sessionLockLost = (session: string): BusError =>
  new BusError(
    410,
    'com.microsoft:session-lock-lost',
    `The session lock has expired on the session '${session}'. Accept the session again.`,
  );

export const sessionTaken = (session: string): BusError =>
  new BusError(
    410,
    'com.microsoft:session-cannot-be-locked',
    `The requested session '${session}' cannot be accepted. It is locked by another receiver.`,
  );

export const noSession = (): BusError =>
  new BusError(
    408,
    'com.microsoft:timeout',
    'No unlocked session with messages appeared within the timeout.',
  );

export const messageNotFound = (sequence: number): BusError =>
  new BusError(
    404,
    'com.microsoft:message-not-found',
    `No message with sequence number ${sequence} can be taken.`,
  );
