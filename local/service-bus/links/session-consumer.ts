import { z } from 'zod';
import type { Sender } from '../amqp/rhea.ts';
import { rhea } from '../amqp/rhea.ts';
import { ticks } from '../amqp/ticks.ts';
import { integer, map, optional } from '../amqp/value.ts';
import { BusError, notAllowed } from '../bus-error.ts';
import type { Queue } from '../queue/queue.ts';
import { acceptSession } from '../queue/session-locks.ts';
import type { Session } from '../queue/sessions.ts';
import type { ConsumerLink } from './consumer.ts';
import { refuseLink } from './link.ts';

const filterName = 'com.microsoft:session-filter';

/** How long a client waits for a session when it does not say: the SDK's own default, in milliseconds. */
const defaultTimeout = 60_000;

const attachProperties = optional(z.object({ 'com.microsoft:timeout': optional(integer) }));

/** Which session a receiver asks for: none, any (`id` undefined), or a certain one. */
export type SessionWish = { readonly id: string | undefined } | undefined;

export function sessionWish(sender: Sender): SessionWish {
  const filter = optional(map).parse(sender.source?.filter);
  if (filter === undefined || !(filterName in filter)) return undefined;
  return { id: optional(z.string()).parse(filter[filterName]) };
}

/** @throws BusError when receiver and queue do not agree on sessions */
export function checkSessionWish(queue: Queue, wish: SessionWish): void {
  const { name, requiresSession } = queue.settings;
  if (requiresSession && wish === undefined) {
    throw notAllowed(
      `It is not possible for an entity that requires sessions ('${name}') to create a non-sessionful message receiver.`,
    );
  }
  if (!requiresSession && wish !== undefined) {
    throw notAllowed(
      `A sessionful message receiver cannot be created on an entity that does not require sessions ('${name}').`,
    );
  }
}

/**
 * Finds a session for the receiver. Until there is one, the broker does not answer the client's attach: that is how a
 * client waits for the next session. The answer names the session and the end of its lock. A client that closes the link
 * before gets no answer: rhea, and so the SDK, would take one for the beginning of a new link.
 */
export function waitForSession(link: ConsumerLink, queue: Queue, wanted: string | undefined): void {
  const { sender, consumer } = link;
  const answerAttach = holdAttach(sender);
  const timeout = attachProperties.parse(sender.properties)?.['com.microsoft:timeout'] ?? defaultTimeout;
  acceptSession(queue, consumer, wanted, timeout, (result: Session | BusError) => {
    if (result instanceof BusError) {
      refuseLink(sender, result);
    } else {
      sender.set_source({ address: sender.source?.address, filter: { [filterName]: result.id } });
      const until = rhea.types.wrap_long(ticks(result.lockedUntil));
      sender.local.attach.properties = { 'com.microsoft:locked-until-utc': until };
    }
    answerAttach();
  });
}

/** Keeps rhea from answering the attach; the function returned lets it. */
function holdAttach(sender: Sender): () => void {
  const process = sender._process;
  let held = true;
  sender._process = () => {
    if (!held) process.call(sender);
  };
  return () => {
    held = false;
    sender.connection._register();
  };
}
