import { z } from 'zod';
import { type CloudEvent, readCloudEvents } from './cloud-event.ts';
import { type HttpSink, startHttpSink } from './http-sink.ts';

/** An event that was posted, and the headers that came with it, for signatures and the like. */
export interface WebhookMessage {
  readonly event: CloudEvent;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Stands in for somebody's webhook that takes CloudEvents 1.0: 202, or 400 with the reason for anything else. */
export function startWebhookSink(
  options: { readonly port?: number } = {},
): Promise<HttpSink<WebhookMessage>> {
  return startHttpSink<WebhookMessage>({
    port: options.port ?? 0,
    path: '/events',
    judge: (request) => {
      const events = readCloudEvents(request);
      if (!events.success) return { kind: 'refused', status: 400, reason: z.prettifyError(events.error) };
      const { headers } = request;
      return { kind: 'accepted', messages: events.data.map((event) => ({ event, headers })) };
    },
    describe: ({ event }) => `${event.type} ${event.subject ?? ''} (${event.id})`,
  });
}
