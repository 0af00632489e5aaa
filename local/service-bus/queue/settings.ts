/** How a queue behaves. All durations in milliseconds, all sizes in bytes. */
export interface QueueSettings {
  readonly name: string;
  readonly requiresSession: boolean;
  readonly lockDuration: number;
  readonly maxDeliveryCount: number;
  /** The longest life of a message; undefined: for ever. */
  readonly timeToLive: number | undefined;
  readonly deadLetterOnExpiration: boolean;
  /** How long a message id is remembered; undefined: duplicates are not looked for. */
  readonly duplicateWindow: number | undefined;
  readonly maxMessageSize: number;
  readonly maxQueueSize: number;
}

/** Largest message of the Standard tier: 256 KB (Microsoft, "Service Bus quotas"). */
export const standardMessageSize = 256 * 1024;

/** Smallest quota that a queue can have: 1 GB (Microsoft, "Service Bus quotas"). */
export const standardQueueSize = 1024 ** 3;

/** The dead-letter sub-queue of a queue: no sessions, no expiry, no further dead-lettering. */
export function deadLetterSettings(settings: QueueSettings): QueueSettings {
  return {
    ...settings,
    name: `${settings.name}/$DeadLetterQueue`,
    requiresSession: false,
    maxDeliveryCount: Number.POSITIVE_INFINITY,
    timeToLive: undefined,
    deadLetterOnExpiration: false,
    duplicateWindow: undefined,
  };
}
