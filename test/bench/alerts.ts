import { startMailSink } from '../../local/sinks/mail-sink.ts';
import { startTeamsSink } from '../../local/sinks/teams-sink.ts';
import { violation } from '../shared/alerts/samples.ts';
import { createRecorder, createWorld } from '../shared/alerts/world.ts';
import type { Row } from './report.ts';

/** Alerts: what a storm becomes, and how often people hear of one cause. Counts on a virtual clock, and sizes. */
export async function benchAlerts(): Promise<readonly Row[]> {
  return [...(await storm()), ...(await noise())];
}

const incidents = 1000;

async function storm(): Promise<readonly Row[]> {
  const teams = await startTeamsSink({ requestsPerSecond: 1000 });
  const mail = await startMailSink();
  try {
    const world = createWorld({
      config: `
channels:
  teams: { kind: teams, urlSetting: TEAMS_URL }
  mail: { kind: mail, host: 127.0.0.1, port: ${mail.port}, caFile: ${mail.caFile}, from: a@b.test, to: [c@b.test] }
routes: [{ route: both, to: [teams], continue: true }, { route: mail, to: [mail] }]`,
      settings: { TEAMS_URL: teams.url },
    });
    const codes = ['GROUP_TOO_LARGE', 'NAME_COLLISION', 'WRITE_FAILED', 'MEMBER_REFUSED'] as const;
    const all = Array.from({ length: incidents }, (_, group) =>
      violation(codes[group % codes.length], { group, subject: `Finance Controllers ${group}` }),
    );
    const began = performance.now();
    await world.open(...all);
    const kept = performance.now() - began;
    await world.pass(120);
    const [letter] = mail.messages.all();
    return [
      {
        what: `${incidents} incidents at once: cards in Teams`,
        value: teams.messages.all().length,
        unit: '',
      },
      { what: 'the same: mails', value: mail.messages.all().length, unit: '' },
      {
        what: 'size of the card',
        value: Buffer.byteLength(JSON.stringify(teams.messages.all()[0]?.card)),
        unit: 'bytes',
      },
      { what: 'size of the mail, HTML', value: Buffer.byteLength(letter?.html ?? ''), unit: 'bytes' },
      { what: 'a notice is kept in', value: kept / incidents, unit: 'ms' },
    ];
  } finally {
    await teams.stop();
    await mail.stop();
  }
}

/** A cause that is seen every half hour for four weeks, then is gone. */
async function noise(): Promise<readonly Row[]> {
  const recorder = createRecorder();
  const config = 'channels: { teams: { kind: teams, urlSetting: T } }\nroutes: [{ route: all, to: [teams] }]';
  const world = createWorld({ config, sender: recorder.sender });
  const halfHours = 4 * 7 * 48;
  for (let seen = 0; seen < halfHours; seen += 1) {
    await world.open(violation());
    await world.pass(1800);
  }
  await world.close(violation());
  await world.pass(60);
  return [
    {
      what: `one cause seen ${halfHours} times in four weeks, then gone: messages`,
      value: recorder.messages.length,
      unit: '',
    },
  ];
}
