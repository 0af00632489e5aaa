import { z } from 'zod';
import type { Request } from './http-server.ts';
import { parseJson } from './reading-path.ts';

/** A CloudEvent in JSON form (CloudEvents 1.0.2, section 3); extension attributes are strings, numbers or booleans. */
export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z.string().min(1).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.string().optional(),
    dataschema: z.url().optional(),
    data: z.unknown(),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean()]));

export type CloudEvent = z.infer<typeof cloudEvent>;

const contentModes = {
  structured: 'application/cloudevents+json',
  batch: 'application/cloudevents-batch+json',
} as const;

/**
 * Reads the CloudEvents in a request, in any content mode of the HTTP binding (CloudEvents HTTP Protocol Binding 1.0.2,
 * section 3): structured, batched, or binary with `ce-` headers.
 *
 * @returns the events, or why there are none
 */
export function readCloudEvents(request: Request): z.ZodSafeParseResult<CloudEvent[]> {
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const value = parseJson(request.body);
  if (contentType === contentModes.structured) return z.array(cloudEvent).safeParse([value]);
  if (contentType === contentModes.batch) return z.array(cloudEvent).safeParse(value);
  return z.array(cloudEvent).safeParse([fromHeaders(request, contentType, value)]);
}

function fromHeaders(request: Request, datacontenttype: string | undefined, data: unknown): unknown {
  const attributes = Object.entries(request.headers)
    .filter(([name]) => name.startsWith('ce-'))
    // Header values are percent-encoded (section 3.1.3.2 of the binding).
    .map(([name, value]) => [name.slice('ce-'.length), decodeURIComponent(String(value))]);
  return { ...Object.fromEntries(attributes), datacontenttype, data };
}
