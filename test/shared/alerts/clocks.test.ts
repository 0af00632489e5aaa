import { describe, expect, it } from 'vitest';
import { violation } from './samples.ts';
import { createRecorder, createWorld } from './world.ts';

/** Quiet hours and digests follow the clocks on the wall, also in the nights in which these change. */

const channels = 'channels: { teams: { kind: teams, urlSetting: TEAMS_URL } }';

/** When the messages went out after an incident opened at a time, with a pass every minute. */
async function sentAfter(route: string, from: string, hours: number, opens: readonly string[] = [from]) {
  const recorder = createRecorder();
  const clock = { ms: Date.parse(from), ids: 0 };
  const config = `${channels}\nroutes: [{ route: all, to: [teams], ${route} }]`;
  const world = createWorld({ config, clock, sender: recorder.sender });
  const sent: string[] = [];
  const due = opens.map((one) => Date.parse(one));
  const end = Date.parse(from) + hours * 3_600_000;
  for (let group = 1; clock.ms < end; ) {
    while (due[0] !== undefined && due[0] <= clock.ms) {
      due.shift();
      await world.open(violation('ORPHAN', { group: group++ }));
    }
    const before = recorder.messages.length;
    clock.ms += 60_000;
    await world.alerts.flush();
    if (recorder.messages.length > before) sent.push(world.now().toISOString().slice(0, 16));
  }
  return sent;
}

describe('Quiet hours from 20:00 to 07:00', () => {
  const quiet = (zone: string) => `quiet: { zone: ${zone}, windows: [{ from: '20:00', to: '07:00' }] }`;

  it.each([
    ['Europe/Berlin', 'in winter', '2027-03-26T22:00:00Z', '2027-03-27T06:00'],
    ['Europe/Berlin', 'when summer time begins', '2027-03-27T22:00:00Z', '2027-03-28T05:00'],
    ['Europe/Berlin', 'when summer time ends', '2027-10-30T22:00:00Z', '2027-10-31T06:00'],
    ['America/New_York', 'when summer time begins', '2027-03-14T03:00:00Z', '2027-03-14T11:00'],
    ['America/New_York', 'when summer time ends', '2027-11-07T03:00:00Z', '2027-11-07T12:00'],
    [
      'Australia/Lord_Howe',
      'when half an hour of summer time ends',
      '2027-04-03T12:00:00Z',
      '2027-04-03T20:30',
    ],
    ['Asia/Kolkata', 'which never changes', '2027-03-27T20:00:00Z', '2027-03-28T01:30'],
  ])('in %s %s end at 07:00 there', async (zone, _when, opened, told) => {
    expect(await sentAfter(quiet(zone), opened, 12)).toEqual([told]);
  });
});

describe('A digest at 08:00', () => {
  const digest = (at: string, zone: string) => `mode: { digest: { at: ['${at}'], zone: ${zone} } }`;

  it('comes once a day at that time, over the days in which clocks change', async () => {
    const opens = [
      '2027-03-27T12:00:00Z',
      '2027-03-28T12:00:00Z',
      '2027-10-30T12:00:00Z',
      '2027-10-31T12:00:00Z',
    ];
    const spring = await sentAfter(
      digest('08:00', 'Europe/Berlin'),
      '2027-03-27T12:00:00Z',
      48,
      opens.slice(0, 2),
    );
    expect(spring).toEqual(['2027-03-28T06:00', '2027-03-29T06:00']);
    const autumn = await sentAfter(
      digest('08:00', 'Europe/Berlin'),
      '2027-10-30T12:00:00Z',
      48,
      opens.slice(2),
    );
    expect(autumn).toEqual(['2027-10-31T07:00', '2027-11-01T07:00']);
  });

  it('at a time that the night leaves out comes when that time is over', async () => {
    const sent = await sentAfter(digest('02:30', 'Europe/Berlin'), '2027-03-27T20:00:00Z', 12);
    expect(sent).toEqual(['2027-03-28T01:00']);
  });

  it('at a time that the night has twice comes at the first', async () => {
    const sent = await sentAfter(digest('02:30', 'Europe/Berlin'), '2027-10-30T20:00:00Z', 12);
    expect(sent).toEqual(['2027-10-31T00:30']);
  });
});

it('A mute until a local time ends at that time', async () => {
  const recorder = createRecorder();
  const world = createWorld({
    config: `${channels}
routes: [{ route: all, to: [teams] }]
mutes: [{ when: { codes: [ORPHAN] }, until: '2027-03-28T03:30:00+02:00', by: anna, why: the clocks change }]`,
    from: '2027-03-28T01:00:00Z',
    sender: recorder.sender,
  });
  await world.open(violation('ORPHAN'));
  await world.pass(29 * 60);
  expect(recorder.messages).toEqual([]);
  await world.pass(2 * 60);
  expect(recorder.messages).toHaveLength(1);
});
