import { z } from 'zod';
import { map, optional } from '../amqp/value.ts';
import type { Settlement } from '../queue/settlement.ts';

/** How a receiver can end a delivery in AMQP. */
export const outcomes = ['accepted', 'rejected', 'modified', 'released'] as const;
export type Outcome = (typeof outcomes)[number];

const rejectedState = z.object({ error: optional(z.object({ info: optional(map) })) });
const modifiedState = z.object({
  undeliverable_here: optional(z.boolean()),
  message_annotations: optional(map),
});

/** What an outcome means to Service Bus (Microsoft, "AMQP 1.0 in Azure Service Bus": settlement of receivers). */
export function settlementOf(outcome: Outcome, state: unknown): Settlement {
  switch (outcome) {
    case 'accepted':
      return { kind: 'complete' };
    case 'rejected':
      return { kind: 'deadLetter', properties: rejectedState.parse(state).error?.info ?? {} };
    case 'modified': {
      const { undeliverable_here, message_annotations } = modifiedState.parse(state);
      return { kind: undeliverable_here ? 'defer' : 'abandon', properties: message_annotations ?? {} };
    }
    case 'released':
      return { kind: 'abandon', properties: {} };
  }
}
