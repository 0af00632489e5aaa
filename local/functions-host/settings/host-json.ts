import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { timespan } from './timespan.ts';

// Defaults of the Service Bus extension 5.x:
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#hostjson-settings
const serviceBusSchema = z.object({
  autoCompleteMessages: z.boolean().default(true),
  maxAutoLockRenewalDuration: timespan.default(5 * 60_000),
  maxConcurrentCalls: z.int().min(1).default(16),
  maxConcurrentSessions: z.int().min(1).default(8),
  maxMessageBatchSize: z.int().min(1).default(1000),
  sessionIdleTimeout: timespan.default(60_000),
});

const hostSchema = z.object({
  version: z.literal('2.0'),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: serviceBusSchema.prefault({}),
    })
    .prefault({}),
});

/** Settings of the Service Bus triggers; durations in milliseconds. */
export type ServiceBusSettings = z.output<typeof serviceBusSchema>;

/** The part of host.json that the local host obeys; everything else in the file is left to Azure. */
export type HostSettings = {
  readonly routePrefix: string;
  readonly serviceBus: ServiceBusSettings;
};

/** Reads and validates `host.json` in the app's directory. Missing is an error, as in Azure. */
export async function readHostJson(directory: string): Promise<HostSettings> {
  const file = join(directory, 'host.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file} cannot be read. A function app needs one; the least is { "version": "2.0" }.`, {
      cause,
    });
  });
  const parsed = hostSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  const { http, serviceBus } = parsed.data.extensions;
  return { routePrefix: http.routePrefix, serviceBus };
}
