import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startHttpServer } from '../../../local/sinks/http-server.ts';
import { startMailSink } from '../../../local/sinks/mail-sink.ts';
import { startTeamsSink } from '../../../local/sinks/teams-sink.ts';
import { startWebhookSink } from '../../../local/sinks/webhook-sink.ts';
import {
  ChannelSettings,
  createLinks,
  createSender,
  graphMailOver,
  type SendDeps,
} from '../../../shared/alerts/index.ts';
import { planDelivery } from '../../../shared/alerts/route/plan-delivery.ts';
import { tasksOf } from '../../../shared/alerts/route/tasks.ts';
import type { Parcel } from '../../../shared/alerts/send/channel.ts';
import { signatureHeaders } from '../../../shared/alerts/send/webhook.ts';
import { alert, at, violation } from './samples.ts';
import { configOf } from './world.ts';

const config = configOf(
  '{ channels: { ops: { kind: teams, urlSetting: T } }, routes: [{ route: all, to: [ops] }] }',
);

/** A message about so many incidents. */
function parcel(count = 1, over: Parameters<typeof violation>[1] = {}): Parcel {
  const now = at('2027-03-01T10:00:00Z');
  const records = Array.from({ length: count }, (_, index) =>
    alert({
      incidentId: `incident-${index}`,
      violation: violation('GROUP_TOO_LARGE', { group: index, ...over }),
    }),
  );
  const planned = planDelivery(
    records.flatMap((record) => tasksOf(record, config, now)),
    'message-1',
    now,
  );
  if (!planned) throw new Error('There is something to tell.');
  return planned;
}

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
function started<T extends { stop(): Promise<void> }>(part: T): T {
  cleanUps.push(() => part.stop());
  return part;
}

function sender(channel: object, settings: Readonly<Record<string, string>>, over: Partial<SendDeps> = {}) {
  return createSender(ChannelSettings.parse(channel), {
    setting: (name) => settings[name],
    links: createLinks('https://writeback.contoso.test'),
    now: () => at('2027-03-01T10:00:00Z'),
    graphMail: async () => ({ result: 'refused', why: 'no Graph here' }),
    timeoutMs: 300,
    ...over,
  });
}

describe('Teams', () => {
  const start = async () => {
    const sink = started(await startTeamsSink());
    return { sink, send: sender({ kind: 'teams', urlSetting: 'TEAMS_URL' }, { TEAMS_URL: sink.url }) };
  };

  it('shows a card', async () => {
    const { sink, send } = await start();
    expect(await send(parcel())).toEqual({ result: 'taken' });
    expect(sink.messages.all()[0]?.text).toContain('Group 0');
    expect(sink.messages.all()[0]?.card.version).toBe('1.4');
  });
  it('gets a smaller card when it has no room for a larger one', async () => {
    const { sink, send } = await start();
    sink.disturb({ kind: 'status', status: 413, times: 2 });
    expect(await send(parcel(1000, { message: 'long '.repeat(90) }))).toEqual({ result: 'taken' });
    expect(sink.attempts.all().map(({ status }) => status)).toEqual([413, 413, 202]);
    expect(JSON.stringify(sink.messages.all()[0]?.card).length).toBeLessThan(6000);
  });
  it('that has no room at all refuses', async () => {
    const { sink, send } = await start();
    sink.disturb({ kind: 'status', status: 413 });
    expect(await send(parcel())).toMatchObject({ result: 'refused', why: expect.stringContaining('413') });
    expect(sink.attempts.all()).toHaveLength(4);
  });
  it.each([
    [429, 7, { result: 'later', retryAfterMs: 7000 }],
    [503, 2, { result: 'later', retryAfterMs: 2000 }],
    [500, undefined, { result: 'later' }],
    [404, undefined, { result: 'refused' }],
    [400, undefined, { result: 'refused' }],
    [302, undefined, { result: 'refused' }],
  ])('that answers %i is tried again, or not', async (status, retryAfterInSeconds, expected) => {
    const { sink, send } = await start();
    sink.disturb({
      kind: 'status',
      status,
      ...(retryAfterInSeconds !== undefined && { retryAfterInSeconds }),
    });
    expect(await send(parcel())).toMatchObject(expected);
  });
  it('that does not answer is tried again', async () => {
    const { sink, send } = await start();
    sink.disturb({ kind: 'silent' });
    expect(await send(parcel())).toEqual({ result: 'later', why: 'No answer within 0.3 s.' });
  });
  it('that cannot be reached is tried again', async () => {
    const { sink, send } = await start();
    await sink.stop();
    expect(await send(parcel())).toMatchObject({
      result: 'later',
      why: expect.stringContaining('ECONNREFUSED'),
    });
    cleanUps.length = 0;
  });
  it('without its setting, or with one that is no https address, refuses and does not repeat it', async () => {
    const channel = { kind: 'teams', urlSetting: 'TEAMS_URL' };
    expect(await sender(channel, {})(parcel())).toMatchObject({
      result: 'refused',
      why: expect.stringContaining('TEAMS_URL'),
    });
    for (const TEAMS_URL of ['http://teams.test/?sig=CANARY', 'CANARY']) {
      const sent = await sender(channel, { TEAMS_URL })(parcel());
      expect(sent).toMatchObject({ result: 'refused', why: expect.stringContaining('https') });
      expect(JSON.stringify(sent)).not.toContain('CANARY');
    }
  });
  it('that repeats the secret of its address is not quoted with it', async () => {
    const server = started(
      await startHttpServer(0, ({ path, query }) => ({
        status: 400,
        body: { error: `${path}?sig=${query.get('sig')} is wrong` },
      })),
    );
    const TEAMS_URL = `${server.url}/workflows/c0ffee00c0ffee00c0ffee00/run?sig=CANARY%2Fsecret`;
    const sent = await sender({ kind: 'teams', urlSetting: 'TEAMS_URL' }, { TEAMS_URL })(parcel());
    expect(sent).toMatchObject({ result: 'refused', why: expect.stringContaining('is wrong') });
    expect(JSON.stringify(sent)).not.toMatch(/CANARY|c0ffee/);
  });
});

describe('Mail', () => {
  const account = { user: 'writeback', password: 'CANARY-password' };
  const base = {
    kind: 'mail',
    host: '127.0.0.1',
    from: 'writeback@contoso.test',
    to: ['ops@contoso.test', 'night@contoso.test'],
  };

  it('goes over STARTTLS with a password, as text and HTML', async () => {
    const sink = started(await startMailSink({ account }));
    const auth = { user: account.user, passwordSetting: 'SMTP_PASSWORD' };
    const send = sender(
      { ...base, port: sink.port, caFile: sink.caFile, auth },
      { SMTP_PASSWORD: account.password },
      { timeoutMs: 3000 },
    );
    expect(await send(parcel(1, { subject: 'Vertrieb Süd 🚀' }))).toEqual({ result: 'taken' });
    expect(sink.messages.all()).toMatchObject([
      {
        secure: true,
        user: 'writeback',
        from: 'writeback@contoso.test',
        to: base.to,
        subject: '[entra-writeback] GROUP_TOO_LARGE Vertrieb Süd 🚀: error',
        text: expect.stringContaining('What to do'),
        html: expect.stringContaining('Vertrieb Süd 🚀'),
        headers: {
          'message-id': '<message-1@contoso.test>',
          references: '<incident-incident-0@contoso.test>',
          'auto-submitted': 'auto-generated',
        },
      },
    ]);
  });
  it('keeps what a name would put into its headers', async () => {
    const sink = started(await startMailSink());
    const send = sender({ ...base, port: sink.port, caFile: sink.caFile }, {}, { timeoutMs: 3000 });
    await send(parcel(1, { subject: 'x\r\nBcc: everybody@contoso.test\r\n\r\nbody' }));
    expect(sink.messages.all()[0]?.to).toEqual(base.to);
    expect(sink.messages.all()[0]?.headers).not.toHaveProperty('bcc');
  });
  it('with STARTTLS required is not sent where the certificate is not trusted', async () => {
    const sink = started(await startMailSink());
    expect(await sender({ ...base, port: sink.port }, {}, { timeoutMs: 3000 })(parcel())).toMatchObject({
      result: 'later',
      why: expect.stringContaining('certificate'),
    });
    expect(sink.messages.all()).toEqual([]);
  });
  it('with STARTTLS opportunistic is encrypted all the same', async () => {
    const sink = started(await startMailSink());
    const send = sender({ ...base, port: sink.port, startTls: 'opportunistic' }, {}, { timeoutMs: 3000 });
    expect(await send(parcel())).toEqual({ result: 'taken' });
    expect(sink.messages.all()[0]?.secure).toBe(true);
  });
  it.each([
    [451, 'later'],
    [421, 'later'],
    [550, 'refused'],
  ])('is tried again after reply %i, or not: %s', async (code, result) => {
    const sink = started(await startMailSink());
    sink.disturb({ kind: 'reply', code });
    const send = sender({ ...base, port: sink.port, caFile: sink.caFile }, {}, { timeoutMs: 3000 });
    expect(await send(parcel())).toMatchObject({ result, why: expect.stringContaining(String(code)) });
  });
  it('with a wrong password is refused, and the password is not quoted', async () => {
    const sink = started(await startMailSink({ account }));
    const auth = { user: account.user, passwordSetting: 'SMTP_PASSWORD' };
    const sent = await sender(
      { ...base, port: sink.port, caFile: sink.caFile, auth },
      { SMTP_PASSWORD: 'CANARY-other' },
      { timeoutMs: 3000 },
    )(parcel());
    expect(sent).toMatchObject({ result: 'refused', why: expect.stringContaining('535') });
    expect(JSON.stringify(sent)).not.toContain('CANARY');
  });
  it('that the relay leaves without an answer is tried again', async () => {
    const sink = started(await startMailSink());
    sink.disturb({ kind: 'silent' });
    expect(await sender({ ...base, port: sink.port, caFile: sink.caFile }, {})(parcel())).toMatchObject({
      result: 'later',
    });
  });
});

describe('A webhook', () => {
  it('gets one CloudEvent, signed as Standard Webhooks are', async () => {
    const sink = started(await startWebhookSink());
    const secret = `whsec_${Buffer.from('CANARY-key').toString('base64')}`;
    const send = sender(
      { kind: 'webhook', urlSetting: 'URL', secretSetting: 'SECRET' },
      { URL: sink.url, SECRET: secret },
    );
    expect(await send(parcel(3))).toEqual({ result: 'taken' });
    const [got] = sink.messages.all();
    expect(got?.event).toMatchObject({
      id: 'message-1',
      type: 'dev.entra-writeback.alerts.v1',
      data: {
        groups: [{ code: 'GROUP_TOO_LARGE', count: 3 }],
        incidents: [{ subject: 'Group 0' }, {}, {}],
        others: [],
      },
    });
    const body = JSON.stringify(got?.event);
    const signed = createHmac('sha256', 'CANARY-key')
      .update(`message-1.${got?.headers['webhook-timestamp']}.${body}`)
      .digest('base64');
    expect(got?.headers).toMatchObject({ 'webhook-id': 'message-1', 'webhook-signature': `v1,${signed}` });
  });
  it('is signed as the example of the specification says', () => {
    const at = new Date(1_614_265_330_000);
    const headers = signatureHeaders(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at,
      '{"test": 2432232314}',
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
  it('without the secret that it should be signed with is not called', async () => {
    const sink = started(await startWebhookSink());
    const send = sender({ kind: 'webhook', urlSetting: 'URL', secretSetting: 'SECRET' }, { URL: sink.url });
    expect(await send(parcel())).toMatchObject({ result: 'refused', why: expect.stringContaining('SECRET') });
    expect(sink.attempts.all()).toEqual([]);
  });
  it('with little room gets counts only', async () => {
    const sink = started(await startWebhookSink());
    sink.disturb({ kind: 'status', status: 413, times: 2 });
    await sender({ kind: 'webhook', urlSetting: 'URL' }, { URL: sink.url })(parcel(50));
    expect(sink.messages.all()[0]?.event.data).not.toHaveProperty('incidents');
    expect(sink.messages.all()[0]?.event.data).toMatchObject({ groups: [{ count: 50 }] });
  });
});

describe('Mail by Microsoft Graph', () => {
  it('is sent from the shared mailbox to everybody', async () => {
    const calls: object[] = [];
    const graphMail = graphMailOver({
      send: async (call) => {
        calls.push(call);
        return { outcome: 'complete', value: { body: undefined, url: '' } };
      },
    });
    const send = sender(
      { kind: 'graphMail', mailbox: 'alerts@contoso.test', to: ['ops@contoso.test'] },
      {},
      { graphMail },
    );
    expect(await send(parcel())).toEqual({ result: 'taken' });
    expect(calls).toMatchObject([
      {
        method: 'POST',
        path: '/v1.0/users/alerts%40contoso.test/sendMail',
        permission: 'Mail.Send',
        body: {
          message: {
            subject: '[entra-writeback] GROUP_TOO_LARGE Group 0: error',
            body: { contentType: 'HTML', content: expect.stringContaining('Group 0') },
            toRecipients: [{ emailAddress: { address: 'ops@contoso.test' } }],
          },
          saveToSentItems: false,
        },
      },
    ]);
  });
  it.each([
    [
      { code: 'ErrorAccessDenied', message: 'no', retry: 'later', status: 403 },
      { result: 'refused', why: 'no' },
    ],
    [
      { code: 'ErrorInvalidUser', message: 'no', retry: 'later', status: 404 },
      { result: 'refused', why: 'no' },
    ],
    [
      { code: 'TooManyRequests', message: 'slow', retry: 'later', status: 429, retryAfterMs: 30_000 },
      { result: 'later', why: 'slow', retryAfterMs: 30_000 },
    ],
    [
      { code: 'UNREACHABLE', message: 'gone', retry: 'later' },
      { result: 'later', why: 'gone' },
    ],
  ] as const)('that fails with %j is tried again, or not', async (why, expected) => {
    const graphMail = graphMailOver({ send: async () => ({ outcome: 'failed', why }) });
    expect(await graphMail('alerts@contoso.test', {})).toEqual(expected);
  });
});

it('The sample in the guide is a valid file', async () => {
  const guide = await readFile(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');
  const samples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(samples.length).toBeGreaterThan(0);
  for (const text of samples) configOf(text);
});
