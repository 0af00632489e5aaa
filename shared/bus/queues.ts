import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { type QueueName, queueNames } from './messages.ts';

/** A queue, or the messages that Service Bus has given up on it. */
export type Place = { readonly queue: QueueName; readonly deadLetter: boolean };

/** A message as it lies in its place; nobody is kept from it. */
export type Peeked = {
  /** Its number in the place, in the order of arrival. */
  readonly sequence: string;
  readonly state: 'active' | 'deferred' | 'scheduled';
  readonly text: string;
  readonly enqueuedAt: Date | undefined;
  readonly deliveryCount: number;
  readonly messageId: string | undefined;
  readonly sessionId: string | undefined;
  /** Why Service Bus has given it up. */
  readonly reason: string | undefined;
  readonly description: string | undefined;
};

/** A message in one's hands: nobody else gets it until it is completed or let go. */
export type Taken = Peeked & {
  /** Sends it once more to its own queue, as it came: same body, session, id and properties. */
  sendAgain(): Promise<void>;
  complete(): Promise<void>;
};

export type TakeResult<T> =
  | { readonly taken: true; readonly result: T }
  /** `gone`: it is no longer there. `busy`: somebody else has it just now. */
  | { readonly taken: false; readonly why: 'gone' | 'busy' };

/**
 * Looks into queues and takes single messages out of them. Needs no more rights than receiving; works
 * alike on Azure and on the local broker, where the administration client does not.
 */
export type Queues = {
  /** The first messages of a place in the order of arrival, in whatever state; at most `most`. */
  peek(place: Place, most: number, without?: 'bodies'): Promise<readonly Peeked[]>;
  /** Does something with one message. It stays where it is unless `work` completes it. */
  withMessage<T>(
    place: Place,
    sequence: string,
    work: (message: Taken) => Promise<T>,
  ): Promise<TakeResult<T>>;
};

const pageSize = 100;
/** A receiver answers early with what it has, so this is only waited for where nothing can be had. */
const waitMs = 2000;

export function createQueues(client: ServiceBusClient): Queues {
  const browse = createBrowser();
  const using = async <T>(place: Place, work: (receiver: ServiceBusReceiver) => Promise<T>): Promise<T> => {
    const receiver = client.createReceiver(
      place.queue,
      place.deadLetter ? { subQueueType: 'deadLetter' } : {},
    );
    try {
      return await work(receiver);
    } finally {
      await receiver.close();
    }
  };
  return {
    peek: (place, most, without) =>
      using(place, async (receiver) => {
        const found: Peeked[] = [];
        for await (const message of browse(receiver, without)) {
          found.push(peekedOf(message));
          if (found.length === most) break;
        }
        return found;
      }),
    withMessage: (place, sequence, work) =>
      using(place, async (receiver) => {
        const message = await take(receiver, browse(receiver), sequence, place);
        if (typeof message === 'string') return { taken: false, why: message };
        let completed = false;
        const complete = async (): Promise<void> => {
          await receiver.completeMessage(message);
          completed = true;
        };
        const sendAgain = (): Promise<void> => resend(client, place.queue, message);
        try {
          return { taken: true, result: await work({ ...peekedOf(message), sendAgain, complete }) };
        } finally {
          if (!completed) await letGo(receiver, message, place);
        }
      }),
  };
}

/** Every place where messages may lie that nobody works on: what was set aside, and what was given up. */
export const lostPlaces: readonly Place[] = [
  { queue: 'rejected', deadLetter: false },
  ...queueNames.map((queue) => ({ queue, deadLetter: true })),
];

type Browse = (receiver: ServiceBusReceiver, without?: 'bodies') => AsyncIterable<ServiceBusReceivedMessage>;
type SequenceNumber = NonNullable<ServiceBusReceivedMessage['sequenceNumber']>;

/**
 * Reads a place from its beginning. Where no number is given, the client goes on behind the last
 * message that anybody has peeked there, so a number has to be given; the class of the numbers is the
 * client's own affair, so the first one is had from a message. Until there was one, there is nothing
 * to go on behind.
 */
function createBrowser(): Browse {
  let zero: SequenceNumber | undefined;
  let firstPeek: Promise<unknown> = Promise.resolve();
  const page = async (receiver: ServiceBusReceiver, omitMessageBody: boolean, from?: SequenceNumber) => {
    const options = { omitMessageBody, ...(from && { fromSequenceNumber: from }) };
    const messages = await receiver.peekMessages(pageSize, options);
    const known = messages[0]?.sequenceNumber;
    zero ??= known?.subtract(known);
    return messages;
  };
  const firstPage = (receiver: ServiceBusReceiver, omit: boolean): Promise<ServiceBusReceivedMessage[]> => {
    if (zero) return page(receiver, omit, zero);
    const peeked = firstPeek.then(() => page(receiver, omit, zero));
    firstPeek = peeked.catch(() => undefined);
    return peeked;
  };
  return async function* (receiver, without) {
    const omit = without === 'bodies';
    let messages = await firstPage(receiver, omit);
    while (messages.length > 0) {
      yield* messages;
      const last = messages.at(-1)?.sequenceNumber;
      messages = last ? await page(receiver, omit, last.add(1)) : [];
    }
  };
}

/**
 * Puts a message back. What was set aside is deferred: so it stays where it is, can be had by its
 * number, and no delivery is counted, of which the tenth would move it on. In a dead-letter queue
 * deliveries do not matter, and what is deferred in that of a queue with sessions cannot be had again
 * (azure-sdk-for-net#34662).
 */
const letGo = (
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  { deadLetter }: Place,
): Promise<void> => (deadLetter ? receiver.abandonMessage(message) : receiver.deferMessage(message));

/** Locks one message. Those that stand before it come along, and are put back when it is found. */
async function take(
  receiver: ServiceBusReceiver,
  messages: AsyncIterable<ServiceBusReceivedMessage>,
  sequence: string,
  place: Place,
): Promise<ServiceBusReceivedMessage | 'gone' | 'busy'> {
  // A receiver answers at once when it has as many as were asked for.
  let upToIt = 0;
  for await (const { sequenceNumber, state } of messages) {
    if (state === 'active') upToIt += 1;
    if (!sequenceNumber || String(sequenceNumber) !== sequence) continue;
    if (state === 'active') return receive(receiver, sequence, upToIt, place);
    const [deferred] = await receiver.receiveDeferredMessages(sequenceNumber).catch(() => []);
    return deferred ?? 'busy';
  }
  return 'gone';
}

async function receive(
  receiver: ServiceBusReceiver,
  sequence: string,
  upToIt: number,
  place: Place,
): Promise<ServiceBusReceivedMessage | 'busy'> {
  const others: ServiceBusReceivedMessage[] = [];
  try {
    for (let left = upToIt; ; ) {
      const wanted = Math.min(Math.max(left, 1), pageSize);
      const batch = await receiver.receiveMessages(wanted, { maxWaitTimeInMs: waitMs });
      if (batch.length === 0) return 'busy';
      left -= batch.length;
      others.push(...batch.filter((one) => numberOf(one) !== sequence));
      const found = batch.find((one) => numberOf(one) === sequence);
      if (found) return found;
    }
  } finally {
    // A lock that has run out meanwhile has put its message back already.
    await Promise.all(others.map((one) => letGo(receiver, one, place).catch(() => undefined)));
  }
}

async function resend(
  client: ServiceBusClient,
  queue: QueueName,
  message: ServiceBusReceivedMessage,
): Promise<void> {
  const { body, contentType, sessionId, messageId, applicationProperties = {} } = message;
  const {
    DeadLetterReason: _reason,
    DeadLetterErrorDescription: _why,
    ...properties
  } = applicationProperties;
  const sender = client.createSender(queue);
  try {
    await sender.sendMessages({
      body,
      applicationProperties: properties,
      ...(contentType !== undefined && { contentType }),
      ...(sessionId !== undefined && { sessionId }),
      ...(messageId !== undefined && { messageId }),
    });
  } finally {
    await sender.close();
  }
}

const numberOf = ({ sequenceNumber }: ServiceBusReceivedMessage): string => String(sequenceNumber ?? '');

function peekedOf(message: ServiceBusReceivedMessage): Peeked {
  const { body, state, enqueuedTimeUtc, deliveryCount, messageId, sessionId } = message;
  return {
    sequence: numberOf(message),
    state,
    text: textOf(body),
    enqueuedAt: enqueuedTimeUtc,
    deliveryCount: deliveryCount ?? 0,
    messageId: messageId === undefined ? undefined : String(messageId),
    sessionId,
    reason: message.deadLetterReason,
    description: message.deadLetterErrorDescription,
  };
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : (JSON.stringify(body) ?? '');
}
