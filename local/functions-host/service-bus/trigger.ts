import { z } from 'zod';
import type { RegisteredFunction } from '../core/protocol.ts';
import { type Environment, resolveExpressions } from '../settings/app-settings.ts';
import type { ServiceBusSettings } from '../settings/host-json.ts';

const triggerSchema = z.object({
  connection: z.string().min(1),
  queueName: z.string().min(1).optional(),
  topicName: z.string().min(1).optional(),
  subscriptionName: z.string().min(1).optional(),
  isSessionsEnabled: z.boolean().default(false),
  cardinality: z.enum(['one', 'many']).default('one'),
  autoCompleteMessages: z.boolean().optional(),
  dataType: z.string().optional(),
  sdkBinding: z.literal(false, 'SDK bindings are a preview that the local host does not offer').optional(),
});

/** Where messages come from: a queue or a subscription of a topic. */
export type Entity =
  | { readonly kind: 'queue'; readonly queue: string }
  | { readonly kind: 'subscription'; readonly topic: string; readonly subscription: string };

/** A Service Bus trigger with its expressions resolved and the defaults of host.json filled in. */
export type ServiceBusTrigger = {
  readonly connection: string;
  readonly entity: Entity;
  readonly sessions: boolean;
  readonly many: boolean;
  readonly autoComplete: boolean;
  readonly binary: boolean;
};

export function parseServiceBusTrigger(
  { name, trigger }: Pick<RegisteredFunction, 'name' | 'trigger'>,
  settings: ServiceBusSettings,
  environment: Environment,
): ServiceBusTrigger {
  const parsed = triggerSchema.safeParse(trigger);
  if (!parsed.success) {
    throw new Error(`Service Bus trigger of "${name}" is not valid:\n${z.prettifyError(parsed.error)}`);
  }
  const { connection, isSessionsEnabled, cardinality, autoCompleteMessages, dataType } = parsed.data;
  return {
    connection,
    entity: parseEntity(name, parsed.data, environment),
    sessions: isSessionsEnabled,
    many: cardinality === 'many',
    autoComplete: autoCompleteMessages ?? settings.autoCompleteMessages,
    binary: dataType === 'binary',
  };
}

function parseEntity(
  name: string,
  trigger: z.output<typeof triggerSchema>,
  environment: Environment,
): Entity {
  const { queueName, topicName, subscriptionName } = trigger;
  if (queueName !== undefined) return { kind: 'queue', queue: resolveExpressions(queueName, environment) };
  if (topicName === undefined || subscriptionName === undefined) {
    throw new Error(
      `Service Bus trigger of "${name}" names neither a queue nor a topic with a subscription.`,
    );
  }
  return {
    kind: 'subscription',
    topic: resolveExpressions(topicName, environment),
    subscription: resolveExpressions(subscriptionName, environment),
  };
}
