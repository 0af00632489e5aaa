import type { Requester } from '../../graph/request/requester.ts';
import type { SendDeps } from './channel.ts';

/** Sends mail over a requester of Microsoft Graph. */
export const graphMailOver =
  (requester: Pick<Requester, 'send'>): SendDeps['graphMail'] =>
  async (mailbox, body) => {
    const answer = await requester.send({
      method: 'POST',
      path: `/v1.0/users/${encodeURIComponent(mailbox)}/sendMail`,
      body,
      permission: 'Mail.Send',
      notFound: 'Name a mailbox of Exchange Online by its user principal name in alerts.yaml.',
    });
    if (answer.outcome === 'complete') return { result: 'taken' };
    const { message: why, status, retry, retryAfterMs } = answer.why;
    // Graph says of a wrong mailbox or a missing permission that it may come back; people must mend these.
    const isRefusal = retry === 'never' || status === 403 || status === 404;
    if (isRefusal) return { result: 'refused', why };
    return { result: 'later', why, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  };
