import { randomUUID } from 'node:crypto';
import { GraphError } from '../http/graph-error.ts';

const refused = (message: string): GraphError => new GraphError(400, 'ValidationError', message);

/**
 * Asks an endpoint to prove that it wants notifications: it must answer 200 with the token as plain text in time.
 * @throws GraphError 400 that says what the endpoint did instead.
 */
export const handshake = async (url: string, deadlineMs: number): Promise<void> => {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`;
  const target = new URL(url);
  const separator = target.search === '' ? '?' : '&';
  const [withoutHash] = url.split('#');

  const response = await fetch(`${withoutHash}${separator}validationToken=${encodeURIComponent(token)}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    signal: AbortSignal.timeout(deadlineMs),
    redirect: 'manual',
  }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw refused('Subscription validation request timed out.');
    throw refused(
      `Subscription validation request failed. The notification endpoint could not be reached: ${url}.`,
    );
  });

  const text = await response.text();
  if (response.status !== 200) {
    throw refused(
      `Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request; it responded with ${response.status}.`,
    );
  }
  if (!response.headers.get('content-type')?.toLowerCase().startsWith('text/plain') || text !== token) {
    throw refused(
      'Subscription validation request failed. Response must exactly match validationToken query parameter, as text/plain.',
    );
  }
};
