import { DefaultAzureCredential } from '@azure/identity';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;
type Log = (event: string, fields: Readonly<Record<string, unknown>>, level?: 'info' | 'warn') => void;

/** As much of the exporters as is used of them; they are no dependencies (docs/telemetry.md). */
const AzureMonitor = z.looseObject({ useAzureMonitor: z.custom<(options: object) => void>(isFunction) });
const NodeSdk = z.looseObject({
  NodeSDK: z.custom<new (options: object) => { start(): void }>(isFunction),
});

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/**
 * Begins to export traces and metrics where an address for them is set and the package for it is
 * installed; else nothing is recorded and nothing is lost but that. Never throws: telemetry must not
 * keep anything from starting.
 */
export async function startTelemetry(
  service: 'entra-writeback-functions' | 'entra-writeback-relay',
  environment: Environment,
  log: Log,
  load: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<void> {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: insights, OTEL_EXPORTER_OTLP_ENDPOINT: otlp } = environment;
  const wanted = insights ? '@azure/monitor-opentelemetry' : otlp ? '@opentelemetry/sdk-node' : undefined;
  if (wanted === undefined) return;
  try {
    const loaded = await load(wanted);
    if (insights) {
      AzureMonitor.parse(loaded).useAzureMonitor({
        azureMonitorExporterOptions: { connectionString: insights, credential: new DefaultAzureCredential() },
      });
    } else {
      const { NodeSDK } = NodeSdk.parse(loaded);
      new NodeSDK({ serviceName: service }).start();
    }
    log('telemetry.started', { exporter: wanted });
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    const message = isMissing
      ? `${wanted} is not installed, so no traces and metrics of our own are exported. npm install ${wanted} beside this program.`
      : `Telemetry does not start: ${error instanceof Error ? error.message : String(error)}`;
    log('telemetry.off', { exporter: wanted, message }, isMissing ? 'info' : 'warn');
  }
}
