import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Graph, startGraph } from '../../../local/graph/start.ts';
import { createTenant } from '../../../local/graph/tenant/tenant.ts';
import { startWebhookSink } from '../../../local/sinks/webhook-sink.ts';
import { graphMailOver } from '../../../shared/alerts/index.ts';
import { createRequester } from '../../../shared/graph/request/requester.ts';
import { credentialOf, trust, user } from '../graph/support/world.ts';
import { violation } from './samples.ts';
import { createWorld } from './world.ts';

/** Alerts by mail from a shared mailbox, over the real Graph client and the Graph double. */

const mailbox = 'alerts@contoso.com';
const folder = mkdtempSync(join(tmpdir(), 'graph-mail-'));
const roles: string[] = [];
let double: Graph;
let hook: Awaited<ReturnType<typeof startWebhookSink>>;

beforeAll(async () => {
  const tenant = createTenant({ tenantId: '9a3d526c-b3c1-4479-ba74-197b5c5751ae', seed: 'mail' });
  tenant.create('user', user('Alerts', { mail: mailbox, accountEnabled: false }));
  tenant.create('user', user('Unlicensed'));
  const appId = '24d3b144-21ae-4080-943f-7067b395b913';
  double = await startGraph({
    tenant,
    certificateDirectory: folder,
    adminToken: 'admin',
    verifyToken: () => ({ appId, roles: [...roles] }),
  });
  trust(readFileSync(double.caFile, 'utf8'));
  hook = await startWebhookSink();
});

afterAll(async () => {
  await double?.stop();
  await hook?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  roles.splice(0, roles.length, 'Mail.Send');
  double.behaviour.reset();
  double.tenant.settings.sentMail.length = 0;
  hook.messages.clear();
});

function start(from = mailbox) {
  const world = createWorld({
    config: `
channels:
  mail: { kind: graphMail, mailbox: ${from}, to: [ops@contoso.com, night@contoso.com] }
  hook: { kind: webhook, urlSetting: HOOK_URL }
routes: [{ route: all, to: [mail, hook] }]`,
    settings: { HOOK_URL: hook.url },
    graphMail: graphMailOver(
      createRequester({
        baseUrl: double.url,
        credential: credentialOf('token'),
        now: () => world.now(),
        random: () => 0,
        tries: 2,
        longestWaitMs: 2000,
        timeoutMs: 400,
      }),
    ),
  });
  return world;
}

const sent = () => double.tenant.settings.sentMail;
const codes = () =>
  hook.messages
    .all()
    .flatMap(({ event }) => JSON.stringify(event.data).match(/"code":"[A-Z_]+"/g)?.[0] ?? []);

describe('A mail by Graph', () => {
  it('is sent to everybody, is not kept in the mailbox, and no other channel is used', async () => {
    const world = start();
    await world.open(violation('BUDGET_EXCEEDED'));
    await world.pass(20);
    expect(sent()).toMatchObject([
      {
        from: mailbox,
        saveToSentItems: false,
        message: {
          subject: '[entra-writeback] BUDGET_EXCEEDED Group 1: critical',
          importance: 'high',
          body: { contentType: 'HTML', content: expect.stringContaining('Group 1') },
          toRecipients: [
            { emailAddress: { address: 'ops@contoso.com' } },
            { emailAddress: { address: 'night@contoso.com' } },
          ],
        },
      },
    ]);
    expect(hook.messages.all()).toEqual([]);
    expect(world.troubles).toEqual([]);
  });

  it.each([
    ['without the permission', mailbox, [], /ErrorAccessDenied.*Mail\.Send/],
    [
      'from a mailbox that does not exist',
      'nobody@contoso.com',
      ['Mail.Send'],
      /ErrorInvalidUser.*alerts\.yaml/,
    ],
    [
      'from a user without a mailbox',
      'unlicensed@contoso.com',
      ['Mail.Send'],
      /MailboxNotEnabledForRESTAPI.*alerts\.yaml/,
    ],
  ])('%s takes the next channel at once, and says what to mend', async (_what, from, granted, why) => {
    roles.splice(0, roles.length, ...granted);
    const world = start(from);
    await world.open(violation());
    await world.pass(30);
    expect(sent()).toEqual([]);
    expect(codes()).toEqual(['"code":"GROUP_TOO_LARGE"', '"code":"ALERT_CHANNEL_FAILED"']);
    expect(JSON.stringify(hook.messages.all().at(-1))).toMatch(why);
  });

  it('that is too large for Graph takes the next channel', async () => {
    const effect = { kind: 'status', status: 413, code: 'ErrorMessageSizeExceeded' } as const;
    double.behaviour.change({ faults: [{ path: 'sendMail', effect }] });
    const world = start();
    await world.open(violation());
    await world.pass(30);
    expect(codes()[0]).toBe('"code":"GROUP_TOO_LARGE"');
  });

  it('that Graph throttles waits as long as it asks, if that is not long', async () => {
    const effect = { kind: 'throttle', retryAfter: 'whole', seconds: 20 } as const;
    double.behaviour.change({ faults: [{ path: 'sendMail', next: 1, effect }] });
    const world = start();
    await world.open(violation());
    await world.pass(20);
    expect(sent()).toEqual([]);
    await world.pass(20);
    expect(sent()).toHaveLength(1);
    expect(hook.messages.all()).toEqual([]);
  });

  it('that Graph throttles for long, does not answer or loses goes by the next channel; Graph is used again when it works', async () => {
    for (const effect of [
      { kind: 'throttle', retryAfter: 'whole', seconds: 900 },
      { kind: 'slow', ms: 600 },
      { kind: 'cut', at: 'start' },
    ] as const) {
      hook.messages.clear();
      sent().length = 0;
      double.behaviour.change({ faults: [{ path: 'sendMail', effect }] });
      const world = start();
      await world.open(violation());
      await world.pass(90);
      expect(codes()[0]).toBe('"code":"GROUP_TOO_LARGE"');
      double.behaviour.reset();
      await world.pass(1800);
      await world.open(violation('ORPHAN', { group: 2 }));
      await world.pass(60);
      expect(JSON.stringify(sent())).toContain('ORPHAN');
    }
  });
});
