import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertNotice } from '../../../shared/bus/index.ts';
import { memoryStore } from '../../../shared/state/index.ts';
import { crashing } from './crashing.ts';
import { violation } from './samples.ts';
import { createRecorder, createWorld } from './world.ts';

const config = `
channels:
  teams: { kind: teams, urlSetting: TEAMS_URL }
  hook: { kind: webhook, urlSetting: HOOK_URL }
  mail: { kind: mail, host: relay.test, from: a@b.test, to: [c@b.test] }
routes:
  - { route: first, to: [teams, mail], continue: true }
  - { route: second, to: [hook], when: { severity: error } }`;

type Step =
  | { readonly do: 'receive'; readonly notice: number }
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'crash'; readonly write: number; readonly when: 'before' | 'after' }
  | { readonly do: 'fail'; readonly channel: string; readonly how: 'later' | 'refused' }
  | { readonly do: 'mend' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('receive' as const), notice: fc.nat() }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(10, 30, 200, 4000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      write: fc.integer({ min: 1, max: 25 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      channel: fc.constantFrom('teams', 'hook', 'mail'),
      how: fc.constantFrom('later' as const, 'refused' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'mend' as const }) },
);

const plan = fc.record({
  incidents: fc.array(fc.record({ resolved: fc.boolean(), repeats: fc.nat(3) }), {
    minLength: 1,
    maxLength: 5,
  }),
  steps: fc.array(step, { maxLength: 40 }),
});

describe('Whatever the order and repetition of notices, whoever crashes and whichever channel fails', () => {
  it('each incident is told exactly once to each channel, and its end at most once', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ incidents, steps }) => {
        const recorder = createRecorder();
        const store = memoryStore();
        const clock = { ms: Date.parse('2027-03-01T10:00:00Z'), ids: 0 };
        const world = createWorld({ config, sender: recorder.sender, store, clock });
        const notices: AlertNotice[] = [];
        const ids: string[] = [];
        for (const [group, { resolved, repeats }] of incidents.entries()) {
          const opened = await world.report(violation('GROUP_TOO_LARGE', { group }));
          ids.push(opened.incidentId);
          notices.push(opened);
          for (let times = 0; times < repeats; times++)
            notices.push(await world.report(violation('GROUP_TOO_LARGE', { group })));
          if (resolved) {
            await world.incidents.resolve('GROUP_TOO_LARGE', violation('GROUP_TOO_LARGE', { group }));
            notices.push({ ...opened, event: 'resolved', count: 1 + repeats });
          }
        }
        const failing = new Map<string, 'later' | 'refused'>();
        recorder.fail((channel) => {
          const result = failing.get(channel);
          return result && { result, why: 'on request' };
        });
        for (const one of steps) {
          if (one.do === 'receive')
            await world.alerts.receive(notices[one.notice % notices.length] ?? fail());
          if (one.do === 'pass') await world.pass(one.seconds);
          if (one.do === 'fail') failing.set(one.channel, one.how);
          if (one.do === 'mend') failing.clear();
          if (one.do === 'crash') {
            const dying = world.restart({ store: crashing(store, one.write, one.when) });
            await Promise.allSettled([dying.alerts.flush(), world.alerts.flush()]);
          }
        }
        failing.clear();
        for (const notice of notices) await world.alerts.receive(notice);
        await world.pass(4 * 3600);

        for (const [index, incidentId] of ids.entries()) {
          for (const channel of ['teams', 'hook']) {
            const told = recorder.told().filter((one) => one.of === channel && one.incidentId === incidentId);
            // A message that was sent twice, because of a crash, has the same id and counts once.
            const messages = (...events: readonly string[]) =>
              new Set(told.filter(({ event }) => events.includes(event)).map(({ message }) => message)).size;
            expect(messages('opened', 'passed')).toBe(1);
            const isOver = incidents[index]?.resolved ?? false;
            expect(messages('resolved', 'passed')).toBe(isOver ? 1 : 0);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

it('A soak of a day: as many openings and endings are told as there were incidents', async () => {
  const recorder = createRecorder();
  const world = createWorld({ config, sender: recorder.sender });
  let opened = 0;
  for (let hour = 0; hour < 24; hour++) {
    recorder.fail((channel) =>
      hour % 5 === 3 && channel !== 'mail' ? { result: 'later', why: 'down' } : undefined,
    );
    for (let group = hour; group < hour + 10; group++) {
      await world.open(violation('GROUP_TOO_LARGE', { group }), violation('WRITE_FAILED', { group }));
      if (group >= 3) await world.close(violation('GROUP_TOO_LARGE', { group: group - 3 }));
      await world.pass(120);
    }
    await world.pass(2400);
  }
  recorder.fail(() => undefined);
  for (let group = 0; group < 40; group++) {
    await world.close(violation('GROUP_TOO_LARGE', { group }));
    await world.close(violation('WRITE_FAILED', { group }));
  }
  await world.pass(3600);
  for await (const _ of world.incidents.list()) opened++;
  expect(opened).toBe(0);
  const told = recorder.told().filter(({ of }) => of === 'teams');
  const begun = told
    .filter(({ event }) => event === 'opened' || event === 'passed')
    .map(({ incidentId }) => incidentId);
  const ended = told
    .filter(({ event }) => event === 'resolved' || event === 'passed')
    .map(({ incidentId }) => incidentId);
  expect(begun.length).toBeGreaterThan(100);
  expect(new Set(begun).size).toBe(begun.length);
  expect(ended.toSorted()).toEqual(begun.toSorted());
  expect(await Array.fromAsync(world.store.list('alerts:open'))).toEqual([]);
});

function fail(): never {
  throw new Error('There is always a notice.');
}
