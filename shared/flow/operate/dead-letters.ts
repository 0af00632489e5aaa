import { z } from 'zod';
import {
  decode,
  lostPlaces,
  type Peeked,
  type Place,
  type QueueName,
  type Queues,
  queueNames,
  type Rejected,
} from '../../bus/index.ts';
import { EntraId, ObjectKind, type ObjectRef } from '../../domain/index.ts';

/** A message that nobody works on, explained. */
export type DeadLetter = {
  readonly id: string;
  /** The queue that it was meant for. */
  readonly queue: string;
  /** Set aside because it cannot be read, or given up by Service Bus. */
  readonly kind: 'setAside' | 'givenUp';
  readonly code: string;
  readonly reason: string;
  readonly explanation: string;
  readonly at: string | null;
  readonly messageId: string | null;
  readonly object: ObjectRef | null;
  readonly deliveryCount: number;
  readonly replay: Replay;
};

/** What sending it once more would do. */
export type Replay =
  | { readonly possible: true; readonly does: 'sendAgain' | 'lookAtObject'; readonly explanation: string }
  | { readonly possible: false; readonly why: string };

/** A dead letter with its body as text. */
export type OpenedDeadLetter = DeadLetter & { readonly body: string };

/** Most messages of one place that a list holds. */
export const mostListed = 1000;

/** Everything that was set aside or given up, the oldest first within each place. */
export async function listDeadLetters(queues: Pick<Queues, 'peek'>): Promise<readonly OpenedDeadLetter[]> {
  const found = await Promise.all(
    lostPlaces.map(async (place) =>
      (await queues.peek(place, mostListed)).map((message) => explain(place, message)),
    ),
  );
  return found.flat();
}

/** `setAside-5` stands on the queue `rejected`; `intents-7` was given up on `intents`. */
export function placeOf(id: string): { readonly place: Place; readonly sequence: string } | undefined {
  const [, source, sequence] = /^(\w+)-(\d+)$/.exec(id) ?? [];
  if (source === undefined || sequence === undefined) return undefined;
  if (source === 'setAside') return { place: { queue: 'rejected', deadLetter: false }, sequence };
  const queue = queueNames.find((name) => name === source);
  return queue && { place: { queue, deadLetter: true }, sequence };
}

/** What became of a message, and what can be done. */
export function explain(place: Place, message: Peeked): OpenedDeadLetter {
  return place.deadLetter ? givenUp(place.queue, message) : setAside(message);
}

function setAside(message: Peeked): OpenedDeadLetter {
  const rejected = decode('rejected', message.text);
  const base = {
    id: `setAside-${message.sequence}`,
    kind: 'setAside',
    deliveryCount: message.deliveryCount,
  } as const;
  if (!rejected.ok) {
    return {
      ...base,
      queue: 'rejected',
      code: rejected.code,
      reason: rejected.reason,
      explanation: 'It does not even tell what it was. Discard it.',
      at: message.enqueuedAt?.toISOString() ?? null,
      messageId: message.messageId ?? null,
      object: null,
      replay: { possible: false, why: 'Nobody knows for which queue it was meant.' },
      body: message.text,
    };
  }
  const { queue, code, reason, body, messageId, sessionId, at } = rejected.body;
  const object = objectOf(sessionId);
  return {
    ...base,
    queue,
    code,
    reason,
    explanation: rejectionOf[code] ?? 'A reader refused it.',
    at,
    messageId: messageId ?? null,
    object: object ?? null,
    replay: replayOf(queue, body, object),
    body,
  };
}

function givenUp(queue: QueueName, message: Peeked): OpenedDeadLetter {
  const code = message.reason ?? 'UNKNOWN';
  const object = objectOf(message.sessionId);
  return {
    id: `${queue}-${message.sequence}`,
    kind: 'givenUp',
    queue,
    code,
    reason: message.description ?? '',
    explanation: abandonmentOf[code] ?? 'Service Bus moved it to the dead-letter queue.',
    at: message.enqueuedAt?.toISOString() ?? null,
    messageId: message.messageId ?? null,
    object: object ?? null,
    deliveryCount: message.deliveryCount,
    replay: replayOf(queue, message.text, object),
    body: message.text,
  };
}

const rejectionOf: Readonly<Record<string, string>> = {
  NOT_JSON: 'It is not JSON, so it does not come from this product, or it was damaged.',
  VERSION_UNKNOWN: 'It was written by another release. Bring both sides to the same one, then replay it.',
  SCHEMA: 'A field is missing or wrong: another release, or another program, wrote it.',
};

const abandonmentOf: Readonly<Record<string, string>> = {
  MaxDeliveryCountExceeded:
    'It was delivered ten times and failed each time; the log says why (event message.failed). Mend the cause, then replay it.',
  TTLExpiredException: 'Nobody took it in time: the reader was away for longer than the message may live.',
};

/** Queues whose messages say what was true when they were sent. */
const dated: ReadonlySet<string> = new Set(['changes', 'intents']);

/**
 * Old changes and intents carry memberships of their time. Sent again, they could bring back a member
 * who was removed since. So their object is looked at anew instead, completely.
 */
function replayOf(queue: string, body: string, object: ObjectRef | undefined): Replay {
  if (object && dated.has(queue)) {
    const explanation = `${object.kind} ${object.id} is read from Graph and evaluated anew; the old message is not sent, since what it says may be outdated.`;
    return { possible: true, does: 'lookAtObject', explanation };
  }
  const known = queueNames.find((name) => name === queue && name !== 'rejected');
  if (!known) return { possible: false, why: 'It is not known for which queue it was meant. Discard it.' };
  const read = decode(known, body);
  if (!read.ok) {
    const cut = body.length >= keptBody ? ' Only its beginning was kept.' : '';
    return { possible: false, why: `It would be refused again: ${read.reason}${cut}` };
  }
  return { possible: true, does: 'sendAgain', explanation: `It is sent to ${queue} once more as it was.` };
}

/** How much of a refused message is kept, in characters. */
const keptBody = 64 * 1024;

const Session = z.tuple([ObjectKind, EntraId]);

/** The object whose session a message was in. */
function objectOf(sessionId: string | undefined): ObjectRef | undefined {
  const session = Session.safeParse(sessionId?.split(':'));
  return session.success ? { kind: session.data[0], id: session.data[1] } : undefined;
}

/** The text of a message that was set aside, and its session. */
export function originalOf(text: string): Rejected | undefined {
  const rejected = decode('rejected', text);
  return rejected.ok ? rejected.body : undefined;
}
