import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Command } from 'commander';
import { connect } from '../shared/bus/index.ts';
import { overWebSockets } from '../shared/bus/web-sockets.ts';
import { startTelemetry } from '../shared/telemetry/start.ts';
import { checkOnce } from './check.ts';
import { directoryFor } from './directory-for.ts';
import { loadSettings, problemText } from './load-settings.ts';
import { jsonLog, type Log } from './log.ts';
import { startRelay } from './relay.ts';
import { busConnectionOf } from './secrets.ts';
import type { RelaySettings } from './settings.ts';
import { relayVersion } from './version.ts';

/**
 * The relay as a process of its own: JSON lines on standard output, stopped by SIGTERM or SIGINT.
 * Ends with 0, with 1 where it cannot start or a check fails, with 2 where the settings are wrong.
 */
const program = new Command('relay')
  .description('Writes what the cloud decided to Active Directory. Settings: relay.yaml.')
  .version(relayVersion)
  .requiredOption('--config <file>', 'the settings, a YAML file (see relay/relay.sample.yaml)')
  .option('--check', 'read the settings and look whether AD and Service Bus answer, then end');

const { config, check } = program.parse().opts<{ config: string; check?: true }>();
const loaded = await loadSettings(config);
if (loaded.ok) {
  const log = jsonLog(loaded.settings.logLevel);
  await startTelemetry('entra-writeback-relay', process.env, log);
  const code = await run(loaded.settings, check === true, log).catch((error: unknown) => {
    log('relay.cannotStart', { message: error instanceof Error ? error.message : String(error) }, 'error');
    return 1;
  });
  // A request for a session that waits in the client would keep the process for its whole time-out.
  process.exit(code);
} else {
  for (const problem of loaded.problems) process.stderr.write(`${config}: ${problemText(problem)}\n`);
  process.exitCode = 2;
}

async function run(settings: RelaySettings, checkOnly: boolean, log: Log): Promise<number> {
  const toldToStop = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const { transport, proxy } = settings.serviceBus;
  const way = transport === 'webSockets' || proxy ? overWebSockets(proxy) : {};
  const client = connect(await busConnectionOf(settings), way);
  const { promise: refused, reject: refuse } = Promise.withResolvers<never>();
  refused.catch(() => undefined);
  const directory = directoryFor(settings, log, (reason) => refuse(new Error(reason)));
  try {
    if (checkOnly) return (await Promise.race([checkOnce(directory, client, log), refused])) ? 0 : 1;
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
