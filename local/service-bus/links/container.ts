import { debuglog } from 'node:util';
import {
  type Connection,
  type Container,
  type Receiver,
  rhea,
  type Sender,
  type Session,
} from '../amqp/rhea.ts';
import { serveManagement, serveTokens } from '../management/node.ts';
import { attach } from '../queue/delivery.ts';
import { type ConsumerLink, serveConsumer } from './consumer.ts';
import { parseAddress, refuseLink } from './link.ts';
import { type PublisherSurroundings, servePublisher } from './publisher.ts';
import { checkSessionWish, sessionWish, waitForSession } from './session-consumer.ts';

/** `NODE_DEBUG=service-bus` shows what goes wrong on connections and links. */
const debug = debuglog('service-bus');

const troubles = [
  'error',
  'protocol_error',
  'connection_error',
  'session_error',
  'sender_error',
  'receiver_error',
  'disconnected',
];

/** Any message format but 0, which is the one that rhea would decode. */
const undecoded = 1;

/** Serves AMQP connections: each link as its address and direction say. */
export function createContainer(surroundings: PublisherSurroundings): Container {
  const { directory, log } = surroundings;
  const container = rhea.create_container({
    id: 'local-service-bus',
    all_errors_non_fatal: true,
    sender_options: { autosettle: false, treat_modified_as_released: false },
    receiver_options: { autoaccept: false, credit_window: 1000 },
  });
  const consumers = new Set<ConsumerLink>();
  const endWhere = (matches: (sender: Sender) => boolean): void => {
    for (const link of [...consumers]) {
      if (!matches(link.sender)) continue;
      consumers.delete(link);
      link.end();
    }
  };

  for (const trouble of troubles)
    container.on(trouble, (event: unknown) => debug('%s %o', trouble, reasonOf(event)));
  container.on('connection_open', ({ connection }: { readonly connection: Connection }) => {
    letDetachLate(connection);
    connection.socket.once('close', () => endWhere((sender) => sender.connection === connection));
  });
  container.on('session_open', ({ session }: { readonly session: Session }) => receiveUndecoded(session));
  container.on('session_close', ({ session }: { readonly session: Session }) =>
    endWhere((sender) => sender.session === session),
  );

  container.on('receiver_open', ({ receiver }: { readonly receiver: Receiver }) => {
    const address = receiver.target?.address ?? '';
    receiver.set_target({ address });
    receiver.set_source({ address: receiver.source?.address });
    const parsed = parseAddress(address);
    try {
      if (parsed.kind === 'tokens') serveTokens(receiver, log);
      else if (parsed.kind === 'management') serveManagement(receiver, parsed.entity, directory, log);
      else servePublisher(receiver, parsed.entity, surroundings);
    } catch (error) {
      refuseLink(receiver, error);
    }
  });

  container.on('sender_open', ({ sender }: { readonly sender: Sender }) => {
    const address = sender.source?.address ?? '';
    sender.set_source({ address });
    sender.set_target({ address: sender.target?.address });
    sender.local.attach.snd_settle_mode = sender.snd_settle_mode;
    sender.local.attach.rcv_settle_mode = sender.rcv_settle_mode;
    const parsed = parseAddress(address);
    if (parsed.kind !== 'entity') return;
    try {
      const queue = directory.find(parsed.entity);
      const wish = sessionWish(sender);
      checkSessionWish(queue, wish);
      const link = serveConsumer(sender, queue);
      consumers.add(link);
      sender.on('sender_close', () => endWhere((other) => other === sender));
      if (wish === undefined) attach(queue, link.consumer);
      else waitForSession(link, queue, wish.id);
    } catch (error) {
      refuseLink(sender, error);
    }
  });
  return container;
}

/**
 * Lets a detach pass that comes when its session is over: the SDK sends one where its own time-out and the broker's "no
 * session" cross. rhea would end the connection for it, and with it the locks of all its other sessions.
 */
function letDetachLate(connection: Connection): void {
  const detach = connection.on_detach;
  connection.on_detach = (frame) => {
    if (connection.remote_channel_map[frame.channel] !== undefined) detach.call(connection, frame);
  };
}

const reasonOf = (event: unknown): unknown =>
  event !== null && typeof event === 'object' && 'error' in event ? event.error : event;

/**
 * Has the session hand over messages as the bytes that came: a broker passes them on as they are, and to decode and
 * encode again would change the wire types of numbers.
 */
function receiveUndecoded(session: Session): void {
  const receive = session.on_transfer;
  session.on_transfer = (frame) => {
    if (frame.performative.message_format === 0) frame.performative.message_format = undecoded;
    receive.call(session, frame);
  };
}
