import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Command } from 'commander';
import { startTelemetry } from '../shared/telemetry/start.ts';
import { directoryFor } from './directory-for.ts';
import { jsonLog, type Log } from './log.ts';
import { startRelay } from './relay.ts';
import { busClient } from './session/bus-client.ts';
import { loadSettings, problemText } from './settings/load-settings.ts';
import type { RelaySettings } from './settings/settings.ts';
import { relayVersion } from './version.ts';

/**
 * The relay as a process of its own: JSON lines on standard output, stopped by SIGTERM or SIGINT.
 * Ends with 0, with 1 where it cannot start, with 2 where the settings are wrong.
 */
const program = new Command('relay')
  .description('Writes what the cloud decided to Active Directory. Settings: relay.yaml.')
  .version(relayVersion)
  .requiredOption('--config <file>', 'the settings, a YAML file (see relay/relay.sample.yaml)');

const { config } = program.parse().opts<{ config: string }>();
const loaded = await loadSettings(config);
if (loaded.ok) {
  const log = jsonLog(loaded.settings.logLevel);
  await startTelemetry('entra-writeback-relay', process.env, log);
  const code = await run(loaded.settings, log).catch((error: unknown) => {
    log('relay.cannotStart', { message: error instanceof Error ? error.message : String(error) }, 'error');
    return 1;
  });
  // A request for a session that waits in the client would keep the process for its whole time-out.
  process.exit(code);
} else {
  for (const problem of loaded.problems) process.stderr.write(`${config}: ${problemText(problem)}\n`);
  process.exitCode = 2;
}

async function run(settings: RelaySettings, log: Log): Promise<number> {
  const toldToStop = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const client = await busClient(settings);
  const { promise: refused, reject: refuse } = Promise.withResolvers<never>();
  refused.catch(() => undefined);
  const directory = directoryFor(settings, log, (reason) => refuse(new Error(reason)));
  try {
    const starting = startRelay(settings, {
      directory,
      client,
      log,
      now: (): Date => new Date(),
      random: Math.random,
      newId: randomUUID,
    });
    const relay = await Promise.race([starting, refused]);
    await Promise.race([toldToStop, refused]);
    await relay.stop();
    return 0;
  } finally {
    await directory.close().catch(() => undefined);
    await client.close().catch(() => undefined);
  }
}
