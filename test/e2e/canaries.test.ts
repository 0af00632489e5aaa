import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { type MailSink, startMailSink } from '../../local/sinks/mail-sink.ts';
import { startWorld, type World } from './world.ts';

/**
 * Secrets are planted wherever the product is given one. Then much happens, also much that goes wrong;
 * and none of them stands in anything that people or other programs get to see.
 */

let folder = '';
let broker: Broker;
let world: World;
let mail: MailSink;
/** Every secret by what it opens. */
let canaries: Readonly<Record<string, string>>;

const planted = {
  busKey: 'canary-bus-key-Q2FuYXJ5',
  previousState: 'canary-previous-client-state-0001',
  signingKey: 'canary-signing-key-of-more-than-32-characters',
  teams: 'canary-teams-sig-8f1d',
  callback: 'canary-callback-sig-77aa',
  hookSignature: 'canary-hook-sig-51bc',
  hookSecret: 'canary-hook-secret-19d2',
  smtpPassword: 'canary-smtp-password-42aa',
  wrongPassword: 'canary-wrong-smtp-password-43bb',
  cloudPassword: 'Canary-cloud-user-password-1',
};

/** How every password that the relay makes begins: as it is, and in the form in which it is sent to AD. */
const madePassword = ['aA1!', Buffer.from('"aA1!', 'utf16le').toString('base64').slice(0, 12)];

const policyText = `
groups:
  - rule: All groups
    writeback: true
defaults:
  users: { upnSuffixes: { contoso.com: lab.test }, start: randomPassword }
users:
  - rule: Starters
    when: { attribute: jobTitle, operator: equals, value: Starter }
`;

/** Three channels that fail, each in its own way, and one that works. */
const alertsFile = (mail: MailSink): string => `
channels:
  teams: { kind: teams, urlSetting: TEAMS_URL }
  hook: { kind: webhook, urlSetting: HOOK_URL, secretSetting: HOOK_SECRET }
  denied: { kind: mail, host: 127.0.0.1, port: ${mail.port}, caFile: ${mail.caFile}, from: a@b.test, to: [c@b.test], auth: { user: writeback, passwordSetting: WRONG_PASSWORD } }
  mail: { kind: mail, host: 127.0.0.1, port: ${mail.port}, caFile: ${mail.caFile}, from: a@b.test, to: [c@b.test], auth: { user: writeback, passwordSetting: SMTP_PASSWORD } }
routes: [{ route: all, to: [teams, hook, denied, mail] }]
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entra-writeback-canaries-'));
  broker = await startBroker({
    entities: 'infra/service-bus.json',
    journalFile: join(folder, 'messages.journal'),
  });
  const serviceBus = broker.connectionString.replace(
    'SharedAccessKey=local',
    `SharedAccessKey=${planted.busKey}`,
  );
  expect(serviceBus).toContain(planted.busKey);
  mail = await startMailSink({ account: { user: 'writeback', password: planted.smtpPassword } });
  await writeFile(join(folder, 'alerts.yaml'), alertsFile(mail));
  world = await startWorld({
    policyText,
    directory: join(folder, 'stack'),
    serviceBus,
    settings: {
      STATE_STORE: `file:${join(folder, 'state.jsonl')}`,
      NOTIFICATION_CLIENT_STATE_PREVIOUS: planted.previousState,
      COMPLETION_SIGNING_KEY: planted.signingKey,
      // Nobody listens there, so that the channel fails and says so. In the path, since hosts mask queries.
      ALERTS_FILE: join(folder, 'alerts.yaml'),
      HOOK_URL: `http://127.0.0.1:9/hook?sig=${planted.hookSignature}`,
      HOOK_SECRET: planted.hookSecret,
      SMTP_PASSWORD: planted.smtpPassword,
      WRONG_PASSWORD: planted.wrongPassword,
      TEAMS_URL: `http://127.0.0.1:9/workflows/x/triggers/${planted.teams}/run`,
    },
  });
  const { file, parts } = world.stack;
  canaries = {
    ...planted,
    clientState: parts.clientState,
    functionsKey: file.functions.key,
    graphToken: file.graph.token ?? '',
    identityHeader: file.identity.header,
    adminPassword: file.ldap.password,
    relayPassword: (await readFile(join(folder, 'stack/relay-password'), 'utf8')).trim(),
  };
  await liveBusily();
}, 180_000);

afterAll(async () => {
  await world?.stop();
  await broker?.stop();
  await mail?.stop();
  await rm(folder, { recursive: true, force: true });
});

const settings = { mailEnabled: true, securityEnabled: false, groupTypes: ['Unified'] };
const createGroup = async (displayName: string, mailNickname: string, members: readonly string[] = []) => {
  const bind = members.map((id) => `https://graph.microsoft.com/v1.0/users/${id}`);
  const body = { ...settings, displayName, mailNickname, 'members@odata.bind': bind };
  return String((await world.graph('POST', '/v1.0/groups', body)).id);
};
const post = (path: string, body: unknown) =>
  world.api(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
const item = (id: string, clientState: string) => ({
  changeType: 'updated',
  clientState,
  resource: `Groups/${id}`,
  resourceData: { '@odata.type': '#Microsoft.Graph.Group', id },
  subscriptionId: '092ba742-89d2-4417-a4c7-c120db062842',
  subscriptionExpirationDateTime: '2030-01-01T00:00:00Z',
  tenantId: '7d96d549-841b-4092-9c09-89abae4c860c',
});

/** What the timer does: alerts that are due are sent. */
async function sendAlerts(): Promise<void> {
  const { url, key } = world.stack.file.functions;
  const headers = { 'x-functions-key': key, 'content-type': 'application/json' };
  await fetch(`${url}/admin/functions/sendAlerts`, { method: 'POST', headers, body: '{}' });
}

/** A day in a minute: changes, mistakes, attacks, failures, and people who look and act. */
async function liveBusily(): Promise<void> {
  const users = await world.graph('GET', '/v1.0/users?$top=50&$select=id,onPremisesSecurityIdentifier');
  const [anna = '', ben = ''] = (users.value as { id: string; onPremisesSecurityIdentifier: unknown }[])
    .filter((user) => user.onPremisesSecurityIdentifier)
    .map(({ id }) => id);
  const since = world.mark();
  const id = await createGroup('Busy', 'busy', [anna]);
  await world.settled(id, since, (event) => event.result === 'applied');

  // Changes, and a caller who wants to know.
  const callback = `http://127.0.0.1:9/hook/${planted.callback}`;
  await post('/completions', { object: { id }, member: ben, change: 'present', callback });
  let mark = world.mark();
  await world.graph('POST', `/v1.0/groups/${id}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${ben}`,
  });
  await world.settled(id, mark, (event) => event.membersAdded === 1);
  await world.event((event) => event.event === 'completion.notCalledBack', mark, 'the failed callback');

  // A user who gets an account with a password that nobody knows.
  mark = world.mark();
  const person = await world.graph('POST', '/v1.0/users', {
    accountEnabled: true,
    displayName: 'Canary Starter',
    jobTitle: 'Starter',
    mailNickname: 'canary.starter',
    passwordProfile: { password: planted.cloudPassword },
    userPrincipalName: 'canary.starter@contoso.com',
  });
  await world.settled(String(person.id), mark, (event) => event.result === 'applied');
  const [account] = await world.search(`(adminDescription=User_${String(person.id)})`);
  expect(account?.values.userAccountControl).toEqual(['512']);

  // Notifications with every client state there is, and with bodies that are none.
  mark = world.mark();
  const { clientState } = world.stack.parts;
  for (const state of [clientState, planted.previousState, `${clientState}x`])
    await post('/notifications', { value: [item(id, state)] });
  for (const body of ['{"value":', `{"value":[{"clientState":"${clientState}"}]}`, clientState])
    await post('/notifications', body);
  await post('/lifecycle', { value: [{ clientState, lifecycleEvent: 'nonsense' }] });
  await world.event((event) => event.event === 'notification.untrusted', mark, 'the refusal');

  // Messages that nobody can read, and a person who discards one.
  const bus = new ServiceBusClient(world.stack.file.serviceBus.connectionString);
  for (const queue of ['changes', 'intents', 'outcomes'])
    await bus.createSender(queue).sendMessages({ body: Buffer.from('no JSON'), sessionId: `group:${id}` });
  await bus.close();
  for (const subject of ['changes', 'outcomes']) {
    const isOpened = (event: Readonly<Record<string, unknown>>): boolean =>
      event.event === 'violation.opened' && event.subject === subject;
    await world.event(isOpened, mark, `MESSAGE_REJECTED on ${subject}`);
  }
  const letters = (await (await world.api('/dead-letters')).json()) as {
    readonly value: { readonly id: string }[];
  };
  await post(`/dead-letters/${letters.value[0]?.id}/discard`, { person: 'anna' });

  await sendAlerts();
  await post('/policy/evaluate', { id, plan: true });

  // Graph, Service Bus and AD go away while something changes, and come back.
  const { graph, controller } = world.stack.parts;
  const effect = { kind: 'status', status: 503 } as const;
  graph?.behaviour.change({ faults: [{ method: 'GET', path: '/groups', next: 3, effect }] });
  mark = world.mark();
  await broker.pause();
  await post('/notifications', { value: [item(id, clientState)] });
  await controller?.kill();
  const other = await createGroup('Through trouble', 'trouble', [ben]);
  await broker.resume();
  await controller?.restart();
  await world.settled(other, mark, (event) => event.result === 'applied');
  graph?.behaviour.reset();
}

/** All files below a folder, as text. */
async function textsBelow(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

const answers = async (...paths: readonly string[]): Promise<string> =>
  (await Promise.all(paths.map(async (path) => (await world.api(path)).text()))).join('\n');

/** A secret is found as it is, in base64, and as JSON or a URL would write it. */
function found(text: string, secret: string): boolean {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [
    secret,
    ...madePassword,
    base64,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ].some((one) => text.includes(one));
}
const foundIn = (text: string, except: readonly string[] = []): readonly string[] =>
  Object.entries(canaries).flatMap(([name, secret]) =>
    !except.includes(name) && found(text, secret) ? [name] : [],
  );

describe('no secret', () => {
  it('is so short that it could be there by chance, or so absent that it could not be found', () => {
    for (const secret of Object.values(canaries)) expect(secret.length).toBeGreaterThan(10);
    expect(foundIn(`x${Object.values(canaries).join(' ')}y`)).toEqual(Object.keys(canaries));
  });

  it('stands in a log', () => {
    const text = JSON.stringify(world.events);
    expect(text.length).toBeGreaterThan(10_000);
    expect(foundIn(text)).toEqual([]);
  });

  it('stands in a message on any queue', async () => {
    const text = await readFile(join(folder, 'messages.journal'), 'latin1');
    for (const word of ['"cause":"notification"', 'outcomes', 'MESSAGE_REJECTED'])
      expect(text).toContain(word);
    expect(foundIn(text)).toEqual([]);
  });

  it('stands in the state, but for the address of the callback that it is to call', async () => {
    const text = await readFile(join(folder, 'state.jsonl'), 'utf8');
    expect(text).toContain('decision.changed');
    expect(text).toContain('completions');
    expect(foundIn(text, ['callback'])).toEqual([]);
  });

  it('stands in the audit, the status, or what else the API shows', async () => {
    const { value } = (await (await world.api('/objects?limit=1000')).json()) as {
      readonly value: readonly { readonly id: string; readonly displayName: string }[];
    };
    const busy = value.find(({ displayName }) => displayName === 'Busy')?.id;
    const text = await answers(
      '/audit/export',
      '/status',
      '/violations',
      '/dead-letters',
      '/holds?state=all',
      `/objects/${busy}?fresh=true`,
      `/objects/${busy}/history`,
    );
    expect(text).toContain('deadLetter.discarded');
    expect(foundIn(text)).toEqual([]);
  });

  it('stands in an alert', async () => {
    const text = await vi.waitUntil(
      async () => {
        await sendAlerts();
        const mails = JSON.stringify(mail.messages.all());
        const failed = world.events.filter(
          ({ event, code }) => event === 'violation.opened' && code === 'ALERT_CHANNEL_FAILED',
        );
        return failed.length === 3 && mails.includes('MESSAGE_REJECTED') && mails;
      },
      { timeout: 90_000, interval: 500 },
    );
    expect(foundIn(text)).toEqual([]);
    expect(foundIn(JSON.stringify(world.events))).toEqual([]);
  }, 100_000);

  it('stands in what the relay keeps', async () => {
    const text = await textsBelow(join(folder, 'stack/relay-state'));
    expect(text).toContain('Busy');
    expect(foundIn(text)).toEqual([]);
  });
});
