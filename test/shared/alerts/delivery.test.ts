import { afterEach, describe, expect, it } from 'vitest';
import { startMailSink } from '../../../local/sinks/mail-sink.ts';
import { startTeamsSink } from '../../../local/sinks/teams-sink.ts';
import { startWebhookSink } from '../../../local/sinks/webhook-sink.ts';
import { violation } from './samples.ts';
import { createRecorder, createWorld } from './world.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
function started<T extends { stop(): Promise<void> }>(part: T): T {
  cleanUps.push(() => part.stop());
  return part;
}

const channels = `
channels:
  teams: { kind: teams, urlSetting: TEAMS_URL }
  hook: { kind: webhook, urlSetting: HOOK_URL }`;
const simple = `${channels}\nroutes: [{ route: all, to: [teams, hook] }]`;

/** A world whose two channels are sinks. */
async function withSinks(config = simple) {
  const teams = started(await startTeamsSink({ requestsPerSecond: 1000 }));
  const hook = started(await startWebhookSink());
  const world = createWorld({
    config,
    settings: { TEAMS_URL: teams.url, HOOK_URL: hook.url },
    timeoutMs: 200,
  });
  return { teams, hook, world };
}

/** A world whose channels only keep what they are told. */
function recorded(config = simple, from = '2027-03-01T10:00:00Z') {
  const recorder = createRecorder();
  return { recorder, world: createWorld({ config, from, sender: recorder.sender }) };
}

describe('An incident', () => {
  it('is told when it opens, when it was seen again for an hour, and when it is over', async () => {
    const { recorder, world } = recorded();
    await world.open(violation());
    await world.pass(60);
    for (let minute = 0; minute < 12 * 60; minute += 30) {
      await world.open(violation());
      await world.pass(30 * 60);
    }
    await world.close(violation());
    await world.pass(3600);
    expect(recorder.told('teams').map(({ event }) => event)).toEqual([
      'opened',
      'updated',
      'updated',
      'resolved',
    ]);
    expect(recorder.told('hook')).toEqual([]);
  });

  it('is told once with its count, where nobody sends a notice of what repeats', async () => {
    const { recorder, world } = recorded();
    await world.open(violation());
    await world.pass(60);
    for (let times = 0; times < 500; times++) await world.report(violation());
    await world.pass(2 * 3600);
    expect(recorder.told().map(({ event }) => event)).toEqual(['opened', 'updated']);
  });

  it('is found where its notice was lost, and so is its end', async () => {
    const { recorder, world } = recorded();
    await world.report(violation());
    await world.pass(10 * 60);
    expect(recorder.told().map(({ event }) => event)).toEqual(['opened']);
    await world.incidents.resolve('GROUP_TOO_LARGE', violation());
    await world.pass(10 * 60);
    expect(recorder.told().map(({ event }) => event)).toEqual(['opened', 'resolved']);
  });

  it('that was over before anybody was told makes one message', async () => {
    const { recorder, world } = recorded();
    await world.open(violation());
    await world.close(violation());
    await world.pass(3600);
    expect(recorder.told().map(({ event }) => event)).toEqual(['passed']);
  });

  it('that is told to nobody leaves nothing behind when it is over', async () => {
    const { recorder, world } = recorded(
      `${channels}\nroutes: [{ route: x, when: { codes: [ORPHAN] }, to: [teams] }]`,
    );
    await world.open(violation());
    await world.close(violation());
    await world.pass(60);
    expect(recorder.told()).toEqual([]);
    expect(await Array.fromAsync(world.store.list('alerts:open'))).toEqual([]);
  });

  it('that was told long ago is forgotten', async () => {
    const { world } = recorded();
    await world.open(violation());
    await world.close(violation());
    await world.pass(60);
    expect(await Array.fromAsync(world.store.list('alerts:done'))).toHaveLength(1);
    await world.pass(14 * 86_400);
    expect(await Array.fromAsync(world.store.list('alerts:done'))).toHaveLength(1);
    await world.pass(2 * 86_400);
    expect(await Array.fromAsync(world.store.list('alerts:done'))).toEqual([]);
  });
});

it('1,000 violations at once become one card that people can read', async () => {
  const { teams, world } = await withSinks();
  await Promise.all(
    Array.from({ length: 1000 }, (_, group) =>
      world.open(violation(group % 2 ? 'NAME_COLLISION' : 'GROUP_TOO_LARGE', { group })),
    ),
  );
  await world.pass(120);
  expect(teams.messages.all()).toHaveLength(1);
  expect(teams.messages.all()[0]?.text).toContain('500 × NAME_COLLISION');
  await Promise.all(
    Array.from({ length: 1000 }, (_, group) =>
      world.close(violation(group % 2 ? 'NAME_COLLISION' : 'GROUP_TOO_LARGE', { group })),
    ),
  );
  await world.pass(120);
  expect(teams.messages.all()).toHaveLength(2);
  expect(teams.messages.all()[1]?.text).toContain('1,000 resolved');
});

it('2,500 incidents are all told, in messages of at most 1,000', async () => {
  const { recorder, world } = recorded();
  for (let group = 0; group < 2500; group++) await world.open(violation('GROUP_TOO_LARGE', { group }));
  await world.pass(600);
  expect(recorder.messages.map(({ incidents }) => incidents)).toEqual([1000, 1000, 500]);
  expect(new Set(recorder.told().map(({ incidentId }) => incidentId)).size).toBe(2500);
});

describe('A channel', () => {
  it('that is busy is waited for, as long as it asks for little', async () => {
    const { teams, hook, world } = await withSinks();
    teams.disturb({ kind: 'status', status: 429, retryAfterInSeconds: 15, times: 1 });
    await world.open(violation());
    await world.pass(20);
    expect(teams.attempts.all().map(({ status }) => status)).toEqual([429]);
    await world.pass(10);
    expect(teams.messages.all()).toHaveLength(1);
    expect(hook.attempts.all()).toHaveLength(0);
    expect(world.troubles).toEqual([]);
  });

  it('that is busy is waited for by all routes', async () => {
    const { teams, hook, world } = await withSinks(
      `${channels}\nroutes: [{ route: a, when: { codes: [ORPHAN] }, to: [teams, hook] }, { route: b, to: [teams, hook] }]`,
    );
    teams.disturb({ kind: 'status', status: 429, retryAfterInSeconds: 25, times: 1 });
    await world.open(violation('ORPHAN'));
    await world.pass(10);
    await world.open(violation());
    await world.pass(40);
    expect(teams.messages.all()).toHaveLength(2);
    expect(hook.attempts.all()).toHaveLength(0);
  });

  it('that asks for much time is passed over meanwhile', async () => {
    const { teams, hook, world } = await withSinks();
    teams.disturb({ kind: 'status', status: 429, retryAfterInSeconds: 600 });
    await world.open(violation());
    await world.pass(30);
    expect(hook.messages.all()).toHaveLength(1);
    await world.open(violation('ORPHAN', { group: 2 }));
    await world.pass(300);
    expect(teams.attempts.all()).toHaveLength(1);
    expect(hook.messages.all()).toHaveLength(2);
  });

  it('that is dead is replaced by the next one, is alerted once, and resolved once', async () => {
    const { teams, hook, world } = await withSinks();
    teams.disturb({ kind: 'silent' });
    await world.open(violation());
    await world.pass(60);
    expect(hook.messages.all().map(({ event }) => event.data)).toMatchObject([
      { groups: [{ code: 'GROUP_TOO_LARGE' }] },
      { groups: [{ code: 'ALERT_CHANNEL_FAILED' }] },
    ]);
    for (let group = 2; group < 6; group++) {
      await world.open(violation('ORPHAN', { group }));
      await world.pass(1800);
    }
    expect(world.troubles).toEqual(['raised ALERT_CHANNEL_FAILED teams']);
    teams.disturb(undefined);
    await world.open(violation('ORPHAN', { group: 6 }));
    await world.pass(1800);
    expect(world.troubles).toEqual([
      'raised ALERT_CHANNEL_FAILED teams',
      'resolved ALERT_CHANNEL_FAILED teams',
    ]);
    expect(teams.messages.all().map(({ text }) => text.split('\n')[0])).toEqual([
      'ORPHAN · warning · new',
      'ALERT_CHANNEL_FAILED · error · resolved',
    ]);
  });

  it('whose address is wrong is given up at the first try', async () => {
    const { teams, hook, world } = await withSinks();
    teams.disturb({ kind: 'status', status: 404 });
    await world.open(violation());
    await world.pass(10);
    expect(hook.messages.all()).toHaveLength(1);
    expect(teams.attempts.all()).toHaveLength(1);
    expect(world.troubles).toEqual(['raised ALERT_CHANNEL_FAILED teams']);
  });

  it('that is taken out of the file is no trouble any more', async () => {
    const { teams, world } = await withSinks();
    teams.disturb({ kind: 'status', status: 404 });
    await world.open(violation());
    await world.pass(10);
    const later = world.restart({
      config:
        'channels: { hook: { kind: webhook, urlSetting: HOOK_URL } }\nroutes: [{ route: all, to: [hook] }]',
    });
    await later.pass(10);
    expect(later.troubles).toEqual(['resolved ALERT_CHANNEL_FAILED teams']);
  });
});

it('When all channels are dead nothing is lost: what happens meanwhile joins the next message', async () => {
  const { teams, hook, world } = await withSinks();
  teams.disturb({ kind: 'status', status: 500 });
  hook.disturb({ kind: 'status', status: 500 });
  await world.open(violation());
  await world.pass(3600);
  for (let group = 2; group < 12; group++) await world.open(violation('ORPHAN', { group }));
  await world.pass(3600);
  teams.disturb(undefined);
  hook.disturb(undefined);
  await world.pass(1800);
  const told = [
    ...teams.messages.all().map(({ card }) => card),
    ...hook.messages.all().map(({ event }) => event),
  ];
  for (let group = 1; group < 12; group++) expect(JSON.stringify(told)).toContain(`"Group ${group}"`);
  expect(told.length).toBeLessThanOrEqual(3);
  expect(new Set(world.troubles).size).toBe(world.troubles.length);
});

it('A restart between notice and delivery loses nothing', async () => {
  const { teams, world } = await withSinks();
  await world.open(violation());
  await world.restart().pass(20);
  expect(teams.messages.all()).toHaveLength(1);
  await world.restart().pass(600);
  expect(teams.messages.all()).toHaveLength(1);
});

it('A route that is renamed tells nothing twice', async () => {
  const { recorder, world } = recorded();
  await world.open(violation());
  await world.pass(20);
  await world
    .restart({ config: simple.replace('route: all', 'route: renamed'), sender: recorder.sender })
    .pass(600);
  expect(recorder.messages).toHaveLength(1);
});

it('A route that is deleted while its message waits leaves it to the others', async () => {
  const { recorder, world } = recorded(`${channels}\nroutes: [{ route: old, to: [teams] }]`);
  recorder.fail(() => ({ result: 'later', why: 'down' }));
  await world.open(violation());
  await world.pass(20);
  recorder.fail(() => undefined);
  const config = `${channels}\nroutes: [{ route: new, to: [teams] }]`;
  await world.restart({ config, sender: recorder.sender }).pass(600);
  expect(recorder.told().filter(({ event }) => event === 'opened')).toHaveLength(1);
  expect(await world.store.get('alerts:routes', 'old')).toBeUndefined();
});

describe('Quiet hours', () => {
  const quiet = `${channels}
routes:
  - route: all
    to: [teams]
    quiet: { zone: Europe/Berlin, windows: [{ from: '20:00', to: '07:00' }], except: critical }`;

  it('hold back until morning, then tell in one message; what is critical passes', async () => {
    const { recorder, world } = recorded(quiet, '2027-03-01T22:00:00Z');
    for (let group = 1; group <= 5; group++) {
      await world.open(violation('GROUP_TOO_LARGE', { group }));
      await world.pass(600);
    }
    await world.close(violation('GROUP_TOO_LARGE', { group: 1 }));
    await world.open(violation('BUDGET_EXCEEDED', { group: 9 }));
    await world.pass(600);
    expect(recorder.messages).toMatchObject([{ incidents: 1 }]);
    await world.pass(9 * 3600);
    expect(recorder.messages).toMatchObject([{ incidents: 1 }, { incidents: 5 }]);
    expect(
      recorder
        .told()
        .map(({ event }) => event)
        .toSorted(),
    ).toEqual(['opened', 'opened', 'opened', 'opened', 'opened', 'passed']);
  });
});

it('A digest tells at its times, and nothing where nothing happened', async () => {
  const { recorder, world } = recorded(
    `${channels}\nroutes: [{ route: all, to: [teams], mode: { digest: { everyMinutes: 60 } } }]`,
    '2027-03-01T10:05:00Z',
  );
  await world.open(violation('GROUP_TOO_LARGE', { group: 1 }));
  await world.pass(30 * 60);
  await world.open(violation('GROUP_TOO_LARGE', { group: 2 }));
  await world.pass(24 * 60);
  expect(recorder.messages).toEqual([]);
  await world.pass(5 * 60);
  expect(recorder.messages).toMatchObject([{ incidents: 2 }]);
  await world.pass(3 * 3600);
  expect(recorder.messages).toHaveLength(1);
});

describe('A mute', () => {
  const muted = `${simple}\nmutes: [{ when: { subjects: ['Group *'] }, until: 2027-03-01T12:00:00Z, by: anna, why: migration }]`;
  it('ends: what is still open is told then, what is over is not', async () => {
    const { recorder, world } = recorded(muted);
    await world.open(
      violation('GROUP_TOO_LARGE', { group: 1 }),
      violation('GROUP_TOO_LARGE', { group: 2 }),
      violation('GROUP_TOO_LARGE', { subject: 'Other', group: 3 }),
    );
    await world.pass(600);
    await world.close(violation('GROUP_TOO_LARGE', { group: 1 }));
    await world.pass(3600);
    expect(recorder.messages).toMatchObject([{ incidents: 1 }]);
    await world.pass(3600);
    expect(recorder.messages).toMatchObject([{ incidents: 1 }, { incidents: 1 }]);
  });
});

it('No secret is in any log, alert or message', async () => {
  const mail = started(await startMailSink({ account: { user: 'writeback', password: 'CANARY-right' } }));
  const teams = started(await startTeamsSink({ requestsPerSecond: 1000 }));
  const hook = started(await startWebhookSink());
  const world = createWorld({
    config: `
channels:
  teams: { kind: teams, urlSetting: TEAMS_URL }
  mail: { kind: mail, host: 127.0.0.1, port: ${mail.port}, caFile: ${mail.caFile}, from: a@b.test, to: [c@b.test], auth: { user: writeback, passwordSetting: SMTP_PASSWORD } }
  unsafe: { kind: webhook, urlSetting: UNSAFE_URL }
  hook: { kind: webhook, urlSetting: HOOK_URL, secretSetting: HOOK_SECRET }
routes: [{ route: all, to: [teams, mail, unsafe, hook] }]`,
    settings: {
      TEAMS_URL: `${teams.url}CANARY-signature`,
      SMTP_PASSWORD: 'CANARY-password',
      UNSAFE_URL: 'http://siem.contoso.test/CANARY-path',
      HOOK_URL: hook.url,
      HOOK_SECRET: 'CANARY-secret',
    },
    timeoutMs: 3000,
  });
  await world.open(violation());
  await world.pass(120);
  expect(world.troubles).toHaveLength(3);
  expect(hook.messages.all().length).toBeGreaterThan(0);
  const stored = await Promise.all(
    ['open', 'done', 'routes', 'channels'].map((name) => Array.fromAsync(world.store.list(`alerts:${name}`))),
  );
  const everything = JSON.stringify([
    world.log,
    stored,
    hook.messages.all(),
    teams.messages.all(),
    mail.messages.all(),
    await Array.fromAsync(world.incidents.list()),
  ]);
  expect(everything).toContain('HTTP 401');
  expect(everything).not.toContain('CANARY');
  expect(everything).not.toContain(new URL(teams.url).searchParams.get('sig'));
});
