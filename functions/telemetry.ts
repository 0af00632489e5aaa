import { app } from '@azure/functions';
import { logLine } from '../shared/flow/log.ts';
import { startTelemetry } from '../shared/telemetry/start.ts';

/** Exporters are loaded once per process, before the first message is handled. */
app.hook.appStart(async () => {
  await startTelemetry('entra-writeback-functions', process.env, (event, fields) =>
    console.log(logLine(event, fields)),
  );
});
