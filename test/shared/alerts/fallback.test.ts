import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { violation } from './samples.ts';
import { createRecorder, createWorld } from './world.ts';

/** Where several routes end up at one channel, people read of each incident once. */

const channels = `
channels:
  teams: { kind: teams, urlSetting: TEAMS_URL }
  hook: { kind: webhook, urlSetting: HOOK_URL }
  mail: { kind: mail, host: relay.test, from: a@b.test, to: [c@b.test] }`;

function world(routes: string) {
  const recorder = createRecorder();
  const dead = new Set<string>();
  recorder.fail((channel) => (dead.has(channel) ? { result: 'refused', why: 'dead' } : undefined));
  return {
    recorder,
    dead,
    ...createWorld({ config: `${channels}\nroutes: ${routes}`, sender: recorder.sender }),
  };
}

/** What a channel heard of the incidents of groups, without the alerts about channels. */
const heardOf = (recorder: ReturnType<typeof createRecorder>, channel: string, ids: readonly string[]) =>
  recorder
    .told(channel)
    .filter(({ incidentId }) => ids.includes(incidentId))
    .map(({ event }) => event);

describe('Two channels that fall back to the same one', () => {
  const both = '[{ route: a, to: [teams, mail], continue: true }, { route: b, to: [hook, mail] }]';

  it('tell it once that an incident opened, and once that it is over', async () => {
    const { recorder, dead, report, alerts, close, pass } = world(both);
    dead.add('teams').add('hook');
    const notice = await report(violation());
    await alerts.receive(notice);
    await pass(60);
    await close(violation());
    await pass(60);
    expect(heardOf(recorder, 'mail', [notice.incidentId])).toEqual(['opened', 'resolved']);
  });

  it('tell it only what is new, where one of them tells of more than the other', async () => {
    const { recorder, dead, open, pass } = world(
      '[{ route: a, when: { codes: [ORPHAN] }, to: [teams, mail], continue: true }, { route: b, to: [hook, mail] }]',
    );
    dead.add('teams').add('hook');
    await open(violation('ORPHAN', { group: 1 }), violation('WRITE_FAILED', { group: 2 }));
    await pass(20);
    const first = recorder.messages.filter(({ channel }) => channel === 'mail').slice(0, 2);
    expect(first.map(({ incidents }) => incidents).reduce((sum, one) => sum + one)).toBe(2);
  });
});

it('A channel that takes the place of another is not told again by its own route', async () => {
  const { recorder, dead, report, alerts, pass } = world(
    '[{ route: a, to: [teams, mail], continue: true }, { route: b, to: [mail, teams] }]',
  );
  dead.add('teams');
  const notice = await report(violation());
  await alerts.receive(notice);
  await pass(600);
  expect(heardOf(recorder, 'mail', [notice.incidentId])).toEqual(['opened']);
});

describe('Whichever channels fail and come back', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('open' as const), group: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('close' as const), group: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(10, 60, 900) }),
    fc.record({
      do: fc.constant('turn' as const),
      channel: fc.constantFrom('teams', 'hook', 'mail'),
    }),
  );
  it('no channel shows the opening or the end of an incident twice, and every one is shown somewhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { recorder, dead, incidents, report, alerts, close, pass } = world(
          '[{ route: a, to: [teams, mail, hook], continue: true }, { route: b, to: [hook, mail], continue: true }, { route: c, to: [mail, teams] }]',
        );
        const ids = new Set<string>();
        for (const one of steps) {
          if (one.do === 'open') {
            const notice = await report(violation('GROUP_TOO_LARGE', { group: one.group }));
            ids.add(notice.incidentId);
            await alerts.receive(notice);
          }
          if (one.do === 'close') await close(violation('GROUP_TOO_LARGE', { group: one.group }));
          if (one.do === 'pass') await pass(one.seconds);
          if (one.do === 'turn' && !dead.delete(one.channel)) dead.add(one.channel);
        }
        dead.clear();
        await pass(3600);
        const open = new Set(await Array.fromAsync(incidents.list(), ({ incidentId }) => incidentId));
        for (const id of ids) {
          const everywhere = ['teams', 'hook', 'mail'].map((channel) => heardOf(recorder, channel, [id]));
          for (const heard of everywhere) {
            const count = (...events: readonly string[]) =>
              heard.filter((one) => events.includes(one)).length;
            expect(count('opened')).toBeLessThanOrEqual(1);
            expect(count('resolved', 'passed')).toBeLessThanOrEqual(1);
          }
          expect(everywhere.some((heard) => heard.length > 0)).toBe(true);
          if (!open.has(id))
            expect(everywhere.flat().some((event) => event === 'resolved' || event === 'passed')).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
