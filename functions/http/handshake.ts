import type { HttpRequest, HttpResponseInit } from '@azure/functions';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * The answer to Graph's validation of a webhook, or undefined where this is not one: the decoded
 * token as plain text, escaped so that nobody can have a script echoed (Graph, "notificationUrl
 * validation").
 */
export function handshake(request: HttpRequest): HttpResponseInit | undefined {
  const token = request.query.get('validationToken');
  if (token === null) return undefined;
  const body = token.replace(/[&<>"']/g, (character) => entities[character] ?? character);
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
