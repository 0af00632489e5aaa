import { standardMessageSize } from '../../../local/service-bus/queue/settings.ts';
import { encode } from '../../../shared/bus/codec.ts';
import { type BodyOf, type Bus, messages, type QueueName } from '../../../shared/bus/index.ts';

/** A message that waits in a queue. */
export type Waiting = {
  readonly [Q in QueueName]: {
    readonly queue: Q;
    readonly body: BodyOf<Q>;
    readonly session: string;
    readonly due: number;
    readonly order: number;
  };
}[QueueName];

/** Service Bus in memory: sessions in order, scheduled messages, the size of a message, and one stays until it is completed. */
export type Queues = {
  readonly bus: Bus;
  /** The message that each session would hand out at this time, in no particular order. */
  ready(now: number): readonly Waiting[];
  /** The next message of a session, if it is due. */
  first(session: string, now: number): Waiting | undefined;
  /** All sessions that have messages, due or not. */
  sessions(): readonly string[];
  complete(message: Waiting): void;
  /** When the next message falls due; undefined where none is left. */
  nextDue(): number | undefined;
  count(queue?: QueueName): number;
  /** How many were ever sent to a queue. */
  sent(queue: QueueName): number;
};

export function createQueues(now: () => number): Queues {
  const waiting = new Map<string, Waiting[]>();
  const sent = new Map<QueueName, number>();
  let order = 0;
  const all = (): Waiting[] => [...waiting.values()].flat();

  const send: Bus['send'] = async (queue, outgoing, options = {}) => {
    for (const { body } of outgoing) {
      const size = Buffer.byteLength(encode(queue, body), 'utf8');
      if (size > standardMessageSize) throw new Error(`A message on ${queue} has ${size} bytes.`);
      const session = (messages[queue].session as (body: unknown) => string | undefined)(body) ?? 'none';
      const key = `${queue}/${session}`;
      order += 1;
      const due = Math.max(options.notBefore?.getTime() ?? 0, now());
      const message = { queue, body, session, due, order } as Waiting;
      const messagesOfSession = waiting.get(key) ?? [];
      // Service Bus numbers a scheduled message when it falls due, so that it stands behind what is there by then.
      const at = messagesOfSession.findLastIndex((one) => one.due <= due) + 1;
      messagesOfSession.splice(at, 0, message);
      waiting.set(key, messagesOfSession);
    }
    sent.set(queue, (sent.get(queue) ?? 0) + outgoing.length);
  };

  return {
    bus: { send, close: async () => undefined },
    ready: (at) =>
      [...waiting.values()].flatMap(([first]) => (first !== undefined && first.due <= at ? [first] : [])),
    first(session, at) {
      const [first] = waiting.get(session) ?? [];
      return first !== undefined && first.due <= at ? first : undefined;
    },
    sessions: () => [...waiting.keys()],
    complete(message) {
      const key = `${message.queue}/${message.session}`;
      const left = (waiting.get(key) ?? []).filter((one) => one !== message);
      if (left.length > 0) waiting.set(key, left);
      else waiting.delete(key);
    },
    nextDue() {
      const dues = [...waiting.values()].flatMap(([first]) => (first ? [first.due] : []));
      return dues.length > 0 ? Math.min(...dues) : undefined;
    },
    count: (queue) => all().filter((one) => queue === undefined || one.queue === queue).length,
    sent: (queue) => sent.get(queue) ?? 0,
  };
}
