import { z } from 'zod';
import type { Handler } from '../http/exchange.ts';
import { GraphError, invalidRequest } from '../http/graph-error.ts';
import { objectBody, parameter } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { targetOf } from './reading.ts';

const recipients = z.array(
  z.strictObject({ emailAddress: z.strictObject({ address: z.string(), name: z.string().optional() }) }),
);

/** Graph passes on only headers of one's own, whose names begin with x-. */
const header = z.strictObject({
  name: z.string().regex(/^x-/i, { error: 'InvalidInternetMessageHeader' }),
  value: z.string().max(995),
});

/** What of a `message` a mail can be made of (resource type message, Microsoft Graph v1.0). */
const Message = z.strictObject({
  subject: z.string().max(255).optional(),
  importance: z.enum(['low', 'normal', 'high']).optional(),
  body: z.strictObject({ contentType: z.string().regex(/^(text|html)$/i), content: z.string() }).optional(),
  toRecipients: recipients.default([]),
  ccRecipients: recipients.optional(),
  bccRecipients: recipients.optional(),
  replyTo: recipients.optional(),
  internetMessageHeaders: z.array(header).max(5).optional(),
});

const SendMail = z.strictObject({ message: Message, saveToSentItems: z.boolean().optional() });

/** A mail address as Exchange takes it. */
const isAddress = (text: string): boolean => /^[^\s@<>]+@[^\s@<>]+$/.test(text);

/**
 * `POST /users/{id | userPrincipalName}/sendMail`. The answer is 202 before anything is delivered. Codes of
 * refusals are those of Exchange, not those of the directory: ErrorInvalidUser, MailboxNotEnabledForRESTAPI,
 * ErrorInvalidRecipients.
 */
const sendMail: Handler = (request, world) => {
  const asked = SendMail.safeParse(objectBody(request));
  if (!asked.success) throw unreadable(asked.error);
  const { message, saveToSentItems = true } = asked.data;
  const sender = mailboxOf(request, world);
  const { toRecipients, ccRecipients = [], bccRecipients = [] } = message;
  const all = [...toRecipients, ...ccRecipients, ...bccRecipients];
  if (all.length === 0 || !all.every(({ emailAddress }) => isAddress(emailAddress.address)))
    throw invalidRequest('At least one recipient is not valid.', 'ErrorInvalidRecipients');
  world.tenant.settings.sentMail.push({
    from: sender,
    at: new Date(world.tenant.now()).toISOString(),
    saveToSentItems,
    message: JSON.parse(JSON.stringify(message)),
  });
  return { status: 202 };
};

function unreadable({ issues: [issue] }: z.ZodError): GraphError {
  const name = String(issue?.path.at(-1) ?? 'message');
  if (issue?.message === 'InvalidInternetMessageHeader')
    return invalidRequest(
      "The internet message header name should start with 'x-' or 'X-'.",
      'InvalidInternetMessageHeader',
    );
  if (issue?.code === 'unrecognized_keys')
    return invalidRequest(
      `The property '${issue.keys[0]}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type or mark the type as open type.`,
      'RequestBodyRead',
    );
  return invalidRequest(`Cannot read the value of the property '${name}'.`, 'RequestBodyRead');
}

/** The user principal name of a mailbox in Exchange Online. @throws GraphError 404 when there is none. */
function mailboxOf(...[request, world]: Parameters<Handler>): string {
  try {
    const { properties } = targetOf(request, world, 'user');
    if (typeof properties.mail === 'string' && properties.userType !== 'Guest')
      return String(properties.userPrincipalName);
  } catch {
    const name = parameter(request, 'id');
    throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${name}' is invalid.`);
  }
  throw new GraphError(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  );
}

export const mailRoutes: readonly Route[] = [route('POST', '/users/{id}/sendMail', sendMail)];
