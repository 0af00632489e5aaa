import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  alertsFile,
  alertsJsonSchema,
  ChannelSettings,
  formatAlertErrors,
  loadAlertConfig,
  settingsOf,
} from '../../../shared/alerts/index.ts';

const minimal = `
channels:
  ops: { kind: teams, urlSetting: TEAMS_URL }
routes:
  - { route: all, to: [ops] }
`;

const errorsOf = (text: string): string => {
  const loaded = loadAlertConfig(text);
  return loaded.ok ? '' : formatAlertErrors(loaded.errors);
};

it('A file that says the least has defaults for all the rest', () => {
  expect(loadAlertConfig(minimal)).toEqual({
    ok: true,
    config: {
      channels: { ops: { kind: 'teams', urlSetting: 'TEAMS_URL' } },
      routes: [
        {
          route: 'all',
          when: {},
          to: ['ops'],
          mode: 'atOnce',
          updates: true,
          resolutions: true,
          continue: false,
        },
      ],
      mutes: [],
    },
  });
});

it('All errors come at once, with line, path and remedy', () => {
  const text = `
channels:
  ops: { kind: teams, urlSetting: TEAMS_URL }
  post: { kind: mail, host: relay.test, from: nobody, to: [a@b.test], startTLS: required }
routes:
  - route: night
    when: { severity: loud, codes: [GROUP_TO_LARGE] }
    to: [ops]
    mode: { digest: { at: ["25:00"], zone: Europe/Berlin } }
    quiet: { zone: Mars/Olympus, windows: [{ from: "20:00", to: "07:00" }] }
mutes:
  - { when: {}, until: tomorrow, by: anna, why: because }
`;
  expect(errorsOf(text)).toMatchInlineSnapshot(`
    "alerts.yaml:4:47: channels.post.from: is not a mail address (name@domain).
    alerts.yaml:4:71: channels.post.startTLS: startTLS is not known here. Did you mean startTls?
    alerts.yaml:7:23: routes[0].when.severity: is not known here. Known are: information, warning, error, critical.
    alerts.yaml:7:37: routes[0].when.codes[0]: is not known here. Did you mean GROUP_TOO_LARGE?
    alerts.yaml:9:28: routes[0].mode.digest.at[0]: is not a time of day. Write it in quotes, such as "07:30".
    alerts.yaml:10:20: routes[0].quiet.zone: is not a time zone. Write an IANA name such as Europe/Berlin, or UTC.
    alerts.yaml:12:13: mutes[0].when: is empty, so it would mute everything. Name codes, subjects, rules, kinds, places or a severity.
    alerts.yaml:12:24: mutes[0].until: is no point in time. Write 2027-03-01 (UTC) or 2027-03-01T18:00:00+01:00."
  `);
});

it('Channels that do not exist, and names that are given twice, are errors', () => {
  const text = `
channels:
  ops-teams: { kind: teams, urlSetting: TEAMS_URL }
routes:
  - { route: all, to: [ops-team, ops-teams, ops-teams] }
  - { route: all, to: [ops-teams] }
`;
  expect(errorsOf(text)).toMatchInlineSnapshot(`
    "alerts.yaml:5:24: routes[0].to[0]: There is no channel ops-team. Did you mean ops-teams?
    alerts.yaml:5:45: routes[0].to[2]: ops-teams is named twice. Name each channel once.
    alerts.yaml:6:14: routes[1].route: routes[0] has the same name. Give each route a name of its own."
  `);
});

it('An empty file says what it needs', () => {
  expect(errorsOf('')).toMatchInlineSnapshot(`
    "alerts.yaml:1:1: channels: is missing. Write a value of type record.
    alerts.yaml:1:1: routes: is missing. Write a list."
  `);
});

it('A password without STARTTLS is refused', () => {
  const mail = { kind: 'mail', host: 'relay.test', from: 'a@b.test', to: ['c@b.test'] };
  const auth = { user: 'a', passwordSetting: 'SMTP_PASSWORD' };
  expect(ChannelSettings.safeParse({ ...mail, auth }).success).toBe(true);
  expect(ChannelSettings.safeParse({ ...mail, auth, startTls: 'opportunistic' }).success).toBe(false);
});

it('A secret that was pasted where the name of a setting belongs is refused and never repeated', () => {
  const secret = 'https://prod.logic.azure.test/workflows/1?sig=CANARY-7f3a';
  const errors = errorsOf(minimal.replace('TEAMS_URL', `"${secret}"`));
  expect(errors).toContain('alerts.yaml:3:35: channels.ops.urlSetting');
  expect(errors).not.toContain('CANARY');
});

it('Broken YAML is an error with its line', () => {
  expect(errorsOf('channels: {\nroutes: ]')).toContain('alerts.yaml:2');
});

it('The settings that a channel needs are known', () => {
  const { config } = okay(`
channels:
  a: { kind: teams, urlSetting: TEAMS_URL }
  b: { kind: mail, host: relay.test, from: a@b.test, to: [c@b.test], auth: { user: u, passwordSetting: SMTP_PASSWORD } }
  c: { kind: webhook, urlSetting: HOOK_URL, secretSetting: HOOK_SECRET }
  d: { kind: graphMail, mailbox: alerts@b.test, to: [c@b.test] }
routes: [{ route: all, to: [a, b, c, d] }]
`);
  expect(Object.values(config.channels).flatMap(settingsOf)).toEqual([
    'TEAMS_URL',
    'SMTP_PASSWORD',
    'HOOK_URL',
    'HOOK_SECRET',
  ]);
});

it('The JSON Schema names every key, for editors', () => {
  const schema = JSON.stringify(alertsJsonSchema());
  for (const key of ['channels', 'routes', 'mutes', 'quiet', 'everyMinutes', 'secretSetting', 'caFile']) {
    expect(schema).toContain(`"${key}"`);
  }
});

it('A file that is broken later leaves the last valid one in force, and says why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alerts-'));
  const path = join(folder, 'alerts.yaml');
  const read = alertsFile(path);
  expect(await read()).toMatchObject({
    config: undefined,
    problem: expect.stringContaining('cannot be read'),
  });
  await writeFile(path, minimal);
  expect(await read()).toMatchObject({ config: { routes: [{ route: 'all' }] }, problem: undefined });
  await writeFile(path, minimal.replace('to: [ops]', 'to: [nobody]'));
  expect(await read()).toMatchObject({
    config: { routes: [{ route: 'all', to: ['ops'] }] },
    problem: expect.stringContaining('There is no channel nobody.'),
  });
  await rm(folder, { recursive: true });
});

function okay(text: string) {
  const loaded = loadAlertConfig(text);
  if (!loaded.ok) throw new Error(formatAlertErrors(loaded.errors));
  return loaded;
}
