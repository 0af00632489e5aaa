import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type QueueSettings, standardMessageSize, standardQueueSize } from '../queue/settings.ts';
import { parseDuration } from './duration.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

const duration = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  context.addIssue(`'${text}' is not a duration: write one such as PT1M (a minute) or P14D (14 days).`);
  return z.NEVER;
});

const upTo = (limit: number, words: string) =>
  duration.refine((milliseconds) => milliseconds <= limit, `must be at most ${words}.`);

/** Forwarding is accepted only when it is off, as the emulator's own sample writes it. */
const noForwarding = z
  .literal('', 'must be empty or left out: the local broker does not forward.')
  .optional();

/** Limits as in Azure (Microsoft, "Service Bus quotas" and the ARM reference of a queue). */
const properties = z.strictObject({
  RequiresSession: z.boolean().default(false),
  LockDuration: upTo(5 * minute, 'PT5M').default(minute),
  MaxDeliveryCount: z.int().min(1).max(2000).default(10),
  DefaultMessageTimeToLive: duration.optional(),
  DeadLetteringOnMessageExpiration: z.boolean().default(false),
  RequiresDuplicateDetection: z.boolean().default(false),
  DuplicateDetectionHistoryTimeWindow: upTo(7 * day, 'P7D').default(10 * minute),
  ForwardTo: noForwarding,
  ForwardDeadLetteredMessagesTo: noForwarding,
});

const queue = z
  .strictObject({
    Name: z.string().min(1),
    Properties: properties.prefault({}),
  })
  .transform(({ Name, Properties }): QueueSettings => {
    return {
      name: Name,
      requiresSession: Properties.RequiresSession,
      lockDuration: Properties.LockDuration,
      maxDeliveryCount: Properties.MaxDeliveryCount,
      timeToLive: Properties.DefaultMessageTimeToLive,
      deadLetterOnExpiration: Properties.DeadLetteringOnMessageExpiration,
      duplicateWindow: Properties.RequiresDuplicateDetection
        ? Properties.DuplicateDetectionHistoryTimeWindow
        : undefined,
      maxMessageSize: standardMessageSize,
      maxQueueSize: standardQueueSize,
    };
  });

const topic = z.strictObject({
  Name: z.string().min(1),
  Properties: z.record(z.string(), z.unknown()).optional(),
  Subscriptions: z.array(queue).default([]),
});

const namespace = z.strictObject({
  Name: z.string().min(1),
  Queues: z.array(queue).default([]),
  Topics: z.array(topic).default([]),
});

const entityFile = z.strictObject({
  UserConfig: z.strictObject({
    Namespaces: z.array(namespace).length(1, 'must hold exactly one namespace.'),
    Logging: z.unknown().optional(),
  }),
});

/** What a person writes: the `Config.json` of Microsoft's Service Bus emulator. */
export type EntityFile = z.input<typeof entityFile>;

/** What the broker serves. A topic copies each message to all its subscriptions, which are queues otherwise. */
export interface EntitySettings {
  readonly queues: readonly QueueSettings[];
  readonly topics: readonly { readonly name: string; readonly subscriptions: readonly QueueSettings[] }[];
}

/**
 * Reads the entities from a file, or from what such a file would hold.
 *
 * @throws Error that names the file and every field that is wrong, with its value's problem
 */
export function readEntities(source: string | EntityFile): EntitySettings {
  const origin = typeof source === 'string' ? source : 'The entities';
  const parsed = entityFile.safeParse(typeof source === 'string' ? readJson(source) : source);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${fieldName(issue.path)}: ${issue.message}`);
    throw new Error(`${origin}: cannot be served.\n${problems.join('\n')}`);
  }
  const [only] = parsed.data.UserConfig.Namespaces;
  const topics = (only?.Topics ?? []).map(({ Name, Subscriptions }) => ({
    name: Name,
    subscriptions: Subscriptions.map((subscription) => ({
      ...subscription,
      name: `${Name}/Subscriptions/${subscription.name}`,
    })),
  }));
  return { queues: only?.Queues ?? [], topics };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: cannot be read as JSON: ${error instanceof Error ? error.message : error}`);
  }
}

const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
