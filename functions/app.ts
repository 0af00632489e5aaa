import { randomBytes, randomUUID } from 'node:crypto';
import { DefaultAzureCredential } from '@azure/identity';
import { connect, createBus, createQueues } from '../shared/bus/index.ts';
import { type App, createApp } from '../shared/flow/app.ts';
import { createGraph } from '../shared/graph/index.ts';
import { busConnectionOf, readSettings } from '../shared/settings/settings.ts';
import { openStore } from '../shared/state/index.ts';
import { filePolicy } from './policy-file.ts';

let app: Promise<App> | undefined;

/**
 * The parts of the product, made once per process from the settings. Settings that are wrong are all
 * named at once; the next call tries again, so that a mended setting needs no new deployment.
 */
export function getApp(): Promise<App> {
  app ??= start().catch((error: unknown) => {
    app = undefined;
    throw error;
  });
  return app;
}

async function start(): Promise<App> {
  const read = readSettings(process.env);
  if (!read.ok) {
    const lines = read.errors.map(({ setting, message }) => `  ${setting}: ${message}`);
    throw new Error(
      `The settings are not complete (local.settings.sample.json explains each):\n${lines.join('\n')}`,
    );
  }
  const { settings } = read;
  const now = () => new Date();
  const client = connect(busConnectionOf(settings));
  const graph = createGraph({
    baseUrl: settings.GRAPH_BASE_URL,
    credential: new DefaultAzureCredential(),
    writebackConfiguration: settings.GRAPH_WRITEBACK_CONFIGURATION === 'on',
    now,
    random: Math.random,
  });
  return createApp({
    settings,
    graph,
    bus: createBus(client),
    queues: createQueues(client),
    store: await openStore(settings.STATE_STORE),
    policyState: filePolicy(settings.POLICY_FILE),
    now,
    random: Math.random,
    newId: randomUUID,
    randomBytes,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}
