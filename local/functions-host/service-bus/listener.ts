import type { ServiceBusClient } from '@azure/service-bus';
import type { ServiceBusSettings } from '../settings/host-json.ts';
import type { ProcessMessages } from './process.ts';
import type { ReceiveFailures } from './receive-failures.ts';
import type { ServiceBusTrigger } from './trigger.ts';

/** What the three ways of receiving need. */
export type ListenerContext = {
  readonly client: ServiceBusClient;
  readonly trigger: ServiceBusTrigger;
  readonly settings: ServiceBusSettings;
  readonly process: ProcessMessages;
  readonly failures: ReceiveFailures;
  /** Aborted when no more messages may be taken. */
  readonly stop: AbortSignal;
};

/**
 * A running receiver. It takes messages until `stop`; `done` resolves when the last message taken has been settled and the
 * receiver is closed.
 */
export type Listener = { readonly done: Promise<void> };
