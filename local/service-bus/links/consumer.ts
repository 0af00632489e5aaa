import { writeMessage } from '../amqp/delivered.ts';
import { deliveryTag, tokenOfTag } from '../amqp/identifiers.ts';
import type { Delivery, Sender } from '../amqp/rhea.ts';
import { accept, reject } from '../amqp/settle-delivery.ts';
import { sessionLockLost } from '../bus-error.ts';
import type { Consumer } from '../queue/consumer.ts';
import { deliver, detach } from '../queue/delivery.ts';
import { lockedUntil } from '../queue/locks.ts';
import type { Queue } from '../queue/queue.ts';
import { settle } from '../queue/settlement.ts';
import { refuseLink } from './link.ts';
import { outcomes, settlementOf } from './settlement.ts';

/** Value of `snd_settle_mode` when the client wants messages deleted as they are sent (AMQP 1.0, part 2, section 2.8.2). */
const sentSettled = 1;
/** Message format of a plain AMQP message. */
const plainFormat = 0;

/** A client's receiver, from its attach to its end. */
export interface ConsumerLink {
  readonly sender: Sender;
  readonly consumer: Consumer;
  /** The link, its session or its connection is gone. */
  end(): void;
}

/** Serves a client's receiver: sends as its credit allows, and settles what it decides. */
export function serveConsumer(sender: Sender, queue: Queue): ConsumerLink {
  let lostSession: string | undefined;
  let attached = false;
  let ended = false;
  const consumer: Consumer = {
    deleteOnReceive: sender.snd_settle_mode === sentSettled,
    session: undefined,
    credit: () => (attached && !ended ? unusedCredit(sender) : 0),
    deliver: (message, lock) => {
      if (lock === undefined) {
        sender.send(writeMessage(message, undefined), Buffer.alloc(0), plainFormat).settled = true;
      } else {
        sender.send(writeMessage(message, lockedUntil(lock)), deliveryTag(lock.token), plainFormat);
      }
    },
    sessionLost: ({ id }) => {
      lostSession = id;
      refuseLink(sender, sessionLockLost(id));
    },
  };

  const flow = (): void => {
    deliver(queue, consumer.session?.id);
    answerFlow(sender);
  };
  sender.on('sender_flow', () => {
    if (attached) return flow();
    // With credit in the same read as the attach, rhea would send messages before its own attach.
    setImmediate(() => {
      if (attached || ended) return;
      attached = true;
      flow();
    });
  });
  for (const outcome of outcomes) {
    sender.on(outcome, ({ delivery }: { readonly delivery: Delivery }) => {
      if (delivery.settled) return;
      try {
        if (lostSession !== undefined) throw sessionLockLost(lostSession);
        settle(queue, tokenOfTag(delivery.tag), settlementOf(outcome, delivery.remote_state));
        accept(delivery, 'sending');
      } catch (error) {
        reject(delivery, 'sending', error);
      }
    });
  }
  answerDrainWithoutCredit(sender);
  return {
    sender,
    consumer,
    end: () => {
      if (ended) return;
      ended = true;
      detach(queue, consumer);
    },
  };
}

/** Credit less the messages that rhea has not sent yet, and no more than it has room to remember. */
function unusedCredit({ credit, session: { outgoing } }: Sender): number {
  const unsent = outgoing.next_delivery_id - outgoing.next_pending_delivery;
  return Math.min(credit - unsent, outgoing.available());
}

/**
 * Answers the client's flow: a drain with the news that no credit is left, any other with an empty frame. Clients leave
 * Nagle's algorithm on, so their next small write waits for our TCP acknowledgement; a silent broker delays that by
 * 40 ms, a frame carries it at once.
 */
function answerFlow(sender: Sender): void {
  if (sender._draining) {
    sender._drained = true;
    sender.issue_flow = true;
    sender.connection._register();
  } else {
    sender.connection._write_frame(0);
  }
}

/** rhea answers a drain only if there is credit to give back; without an answer the client waits, then closes the link. */
function answerDrainWithoutCredit(sender: Sender): void {
  sender._get_drain = () => {
    if (!sender._draining || !sender._drained) return false;
    sender.delivery_count += sender.credit;
    sender.credit = 0;
    return true;
  };
}
