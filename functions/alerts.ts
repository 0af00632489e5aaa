import { app, type InvocationContext, type Timer } from '@azure/functions';
import { DefaultAzureCredential } from '@azure/identity';
import {
  type Alerts,
  alertsFile,
  createAlerts,
  createLinks,
  createSender,
  graphMailOver,
  type SendDeps,
} from '../shared/alerts/index.ts';
import type { App } from '../shared/flow/app.ts';
import type { Log } from '../shared/flow/log.ts';
import { createRequester } from '../shared/graph/request/requester.ts';
import { getApp } from './app.ts';
import { logOf } from './log.ts';
import { consume } from './queue/consume.ts';

/** Longest time that a channel may take for one message. */
const channelTimeoutMs = 10_000;

let made: { readonly of: App; readonly withLog: (log: Log) => Alerts } | undefined;

/** The alerts over the parts of the app; the file with the routes is read again only when it changes. */
async function alertsOf(log: Log): Promise<Alerts> {
  const services = await getApp();
  if (made?.of !== services) made = { of: services, withLog: bind(services) };
  return made.withLog(log);
}

function bind(services: App): (log: Log) => Alerts {
  const { settings, now, random, newId, store, incidents, states } = services;
  const config = alertsFile(settings.ALERTS_FILE);
  const credential = new DefaultAzureCredential();
  const requester = () =>
    createRequester({
      baseUrl: settings.GRAPH_BASE_URL,
      credential,
      now,
      random,
      // A channel that is busy or away is waited for between passes, not within one.
      tries: 2,
      longestWaitMs: 2000,
      timeoutMs: channelTimeoutMs,
    });
  const sending: SendDeps = {
    setting: (name) => process.env[name] || undefined,
    links: createLinks(settings.PORTAL_URL ?? settings.NOTIFICATION_URL),
    now,
    graphMail: (mailbox, body) => graphMailOver(requester())(mailbox, body),
    timeoutMs: channelTimeoutMs,
  };
  return (log) => {
    const { raise, resolve } = services.withLog(log);
    return createAlerts({
      store,
      incidents,
      config,
      sender: (name, { channels }) => {
        const channel = channels[name];
        return channel && createSender(channel, sending);
      },
      placeOf: async ({ about, details }) =>
        (about && (await states.load(about)).dn) ?? (typeof details.dn === 'string' ? details.dn : undefined),
      raise: (code, subject, message) => raise({ code, subject, message }),
      resolve,
      log,
      now,
      random,
      newId,
    });
  };
}

/** Keeps one notice. What it leads to is sent by the timer, so that a storm becomes one message. */
export const alerts = (message: unknown, context: InvocationContext): Promise<void> =>
  consume('alerts', message, context, async (notice, _traceparent, log) => {
    await (await alertsOf(log)).receive(notice);
  });

/** Sends what has been collected, and tries again what a channel did not take. */
export async function sendAlerts(_timer: Timer, context: InvocationContext): Promise<void> {
  await (await alertsOf(logOf(context))).flush();
}

app.serviceBusQueue('alerts', {
  connection: 'ServiceBus',
  queueName: 'alerts',
  isSessionsEnabled: true,
  handler: alerts,
});

app.timer('sendAlerts', { schedule: '*/10 * * * * *', handler: sendAlerts });
