import { expect, test } from 'vitest';
import type { Binding, RegisteredFunction } from '../../../local/functions-host/core/protocol.ts';
import { checkBindings } from '../../../local/functions-host/outputs.ts';
import { parseServiceBusTrigger } from '../../../local/functions-host/service-bus/trigger.ts';
import type { ServiceBusSettings } from '../../../local/functions-host/settings/host-json.ts';

const trigger: Binding = {
  type: 'serviceBusTrigger',
  direction: 'in',
  connection: 'Bus',
  queueName: '%Queue%',
};
const withBinding = (name: string, binding: Binding): RegisteredFunction => ({
  name: 'f',
  trigger,
  triggerName: 'message',
  metadata: { name: 'f', bindings: { message: trigger, [name]: binding } },
  callback: () => undefined,
});
const defaults: ServiceBusSettings = {
  autoCompleteMessages: true,
  maxAutoLockRenewalDuration: 1,
  maxConcurrentCalls: 1,
  maxConcurrentSessions: 1,
  maxMessageBatchSize: 1,
  sessionIdleTimeout: 1,
};

test('an input or output that the host has not is refused by name before anything runs', () => {
  expect(() => checkBindings(withBinding('$return', { type: 'serviceBus', direction: 'out' }))).not.toThrow();
  expect(() => checkBindings(withBinding('rows', { type: 'table', direction: 'in' }))).toThrow(
    'Function "f" has the input binding "rows" of type table.',
  );
  expect(() => checkBindings(withBinding('$return', { type: 'queue', direction: 'out' }))).toThrow(
    'of type queue',
  );
});

test('a Service Bus trigger gets its names resolved and its defaults from host.json', () => {
  expect(parseServiceBusTrigger({ name: 'f', trigger }, defaults, { Queue: 'q' })).toEqual({
    connection: 'Bus',
    entity: { kind: 'queue', queue: 'q' },
    sessions: false,
    many: false,
    autoComplete: true,
    binary: false,
  });
  const own = { ...trigger, autoCompleteMessages: false };
  expect(parseServiceBusTrigger({ name: 'f', trigger: own }, defaults, { Queue: 'q' }).autoComplete).toBe(
    false,
  );
});

test('a Service Bus trigger without an entity, or with an SDK binding, says what is wrong', () => {
  const parse = (more: object) => () =>
    parseServiceBusTrigger({ name: 'f', trigger: { ...trigger, ...more } }, defaults, { Queue: 'q' });
  expect(parse({ queueName: undefined, topicName: 't' })).toThrow(
    'neither a queue nor a topic with a subscription',
  );
  expect(parse({ sdkBinding: true })).toThrow('SDK bindings are a preview');
});
