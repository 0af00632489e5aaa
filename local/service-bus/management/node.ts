import { z } from 'zod';
import { type DecodedMessage, type Delivery, type Receiver, rhea } from '../amqp/rhea.ts';
import { accept } from '../amqp/settle-delivery.ts';
import { asBusError, badRequest, notImplemented } from '../bus-error.ts';
import type { Directory } from '../entities/directory.ts';
import type { MessageLog } from '../queue/queue.ts';
import { operations, searches } from './operations.ts';
import type { ManagementAnswer } from './request.ts';

const requestProperties = z.object({ operation: z.string() });

/** The names under which an answer carries its status. */
type StatusNames = { readonly code: string; readonly description: string };
const managementStatus: StatusNames = { code: 'statusCode', description: 'statusDescription' };
const tokenStatus: StatusNames = { code: 'status-code', description: 'status-description' };

interface Reply {
  readonly status: number;
  readonly description: string;
  readonly condition?: string;
  readonly body?: ManagementAnswer;
}

/** Serves requests to `<entity>/$management`. What they change is as safe as a sent message when the answer goes out. */
export function serveManagement(link: Receiver, entity: string, directory: Directory, log: MessageLog): void {
  serveRequests(link, managementStatus, log, (request) => {
    const properties = requestProperties.safeParse(request.application_properties);
    if (!properties.success) throw badRequest('The request names no operation.');
    const { operation } = properties.data;
    const operate = operations.get(operation);
    if (operate === undefined) throw notImplemented(`The operation '${operation}'`);
    const [queue, ...others] = directory.destinations(entity);
    if (queue === undefined || others.length > 0) throw notImplemented(`'${operation}' on a topic`);
    const body = operate({ queue, body: request.body });
    if (body === undefined && searches.has(operation)) return { status: 204, description: 'No content' };
    return { status: 200, description: 'OK', body };
  });
}

/** Serves `$cbs`, where clients present their tokens: locally every token is good. */
export function serveTokens(link: Receiver, log: MessageLog): void {
  serveRequests(link, tokenStatus, log, () => ({ status: 202, description: 'Accepted' }));
}

function serveRequests(
  link: Receiver,
  names: StatusNames,
  log: MessageLog,
  answer: (request: DecodedMessage) => Reply,
): void {
  link.on('message', ({ message, delivery }: { readonly message: Buffer; readonly delivery: Delivery }) => {
    accept(delivery, 'receiving');
    const request = rhea.message.decode(message);
    const reply = answered(() => answer(request));
    log.flushed(() => sendReply(link, names, request, reply));
  });
}

function answered(answer: () => Reply): Reply {
  try {
    return answer();
  } catch (error) {
    const { status, message, condition } = asBusError(error);
    return { status, description: message, condition };
  }
}

/** Replies go to the link that the client opened for them in the same AMQP session, from the address it asked at. */
function sendReply(link: Receiver, names: StatusNames, request: DecodedMessage, reply: Reply): void {
  const address = link.target?.address;
  const replies = link.session.find_sender((sender) => sender.source?.address === address);
  if (replies === undefined) return;
  const delivery = replies.send({
    correlation_id: request.message_id,
    body: reply.body,
    application_properties: {
      [names.code]: rhea.types.wrap_int(reply.status),
      [names.description]: reply.description,
      ...(reply.condition !== undefined && { errorCondition: reply.condition }),
    },
  });
  delivery.settled = true;
}
