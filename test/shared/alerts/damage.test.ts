import { describe, expect, it } from 'vitest';
import { violation } from './samples.ts';
import { createRecorder, createWorld } from './world.ts';

/** Trouble of the alerts themselves: damaged records in the store, and a file that does not load. */

const config = `
channels:
  teams: { kind: teams, urlSetting: TEAMS_URL }
  hook: { kind: webhook, urlSetting: HOOK_URL }
routes: [{ route: all, to: [teams, hook], continue: true }, { route: other, to: [hook] }]`;

function start(options: { readonly problem?: () => string | undefined; readonly config?: string } = {}) {
  const recorder = createRecorder();
  return { recorder, ...createWorld({ config, sender: recorder.sender, ...options }) };
}

const events = (recorder: ReturnType<typeof createRecorder>, channel: string, incidentId: string) =>
  recorder
    .told(channel)
    .filter((one) => one.incidentId === incidentId)
    .map(({ event }) => event);

/** What a program that is not ours, or a disk, may leave behind. */
const rubbish = [null, 7, 'text', {}, { schema: 1 }, { schema: 1, value: { incidentId: 3 } }] as const;

describe('A damaged record', () => {
  it.each(rubbish)(
    'of an alert (%j) keeps no other from being told, and is told anew while it is open',
    async (bad) => {
      const { recorder, store, report, alerts, open, pass, log } = start();
      const notice = await report(violation('ORPHAN', { group: 1 }));
      await alerts.receive(notice);
      await pass(60);
      await store.put('alerts:open', notice.incidentId, bad, 'any');
      await store.put('alerts:open', 'nobody knows', bad, 'any');
      await open(violation('WRITE_FAILED', { group: 2 }));
      await pass(20);
      expect(recorder.told('teams').map(({ event }) => event)).toEqual(['opened', 'opened']);
      await pass(600);
      expect(events(recorder, 'teams', notice.incidentId)).toEqual(['opened', 'opened']);
      expect(await store.get('alerts:open', 'nobody knows')).toBeUndefined();
      expect(log.filter((line) => line.includes('alert.damaged'))).toHaveLength(2);
    },
  );

  it.each(['all', 'other'])('of the route %s loses no message', async (route) => {
    const { recorder, store, report, alerts, pass } = start();
    const notice = await report(violation());
    await alerts.receive(notice);
    recorder.fail(() => ({ result: 'later', why: 'busy' }));
    await pass(10);
    await store.put('alerts:routes', route, { schema: 1, value: { delivery: 'torn' } }, 'any');
    recorder.fail(() => undefined);
    await pass(1200);
    expect(events(recorder, 'teams', notice.incidentId)).toEqual(['opened']);
    expect(events(recorder, 'hook', notice.incidentId)).toEqual(['opened']);
  });

  it('of a channel counts as one that has not been tried', async () => {
    const { recorder, store, open, pass } = start();
    await store.put('alerts:channels', 'teams', { schema: 1, value: { failures: 'many' } }, 'any');
    await store.put('alerts:pass', 'pass', 'torn', 'any');
    await open(violation());
    await pass(20);
    expect(recorder.told('teams')).toHaveLength(1);
  });

  it('of a closed alert lets a late notice open nothing for long', async () => {
    const { recorder, store, report, alerts, close, pass } = start();
    const notice = await report(violation());
    await alerts.receive(notice);
    await close(violation());
    await pass(20);
    await store.put('alerts:done', notice.incidentId, 'torn', 'any');
    await alerts.receive(notice);
    await pass(900);
    expect(await Array.fromAsync(store.list('alerts:open'))).toEqual([]);
    expect(recorder.told('teams').at(-1)?.event).toMatch(/passed|resolved/);
  });

  it('of an incident is not taken for its end, and is counted anew when it is seen again', async () => {
    const { recorder, store, incidents, report, alerts, open, close, pass, log } = start();
    const notice = await report(violation());
    await alerts.receive(notice);
    await pass(20);
    const [stored] = await Array.fromAsync(store.list('incidents'));
    await store.put('incidents', stored?.key ?? '', { schema: 1, value: 'torn' }, 'any');
    await pass(900);
    expect(events(recorder, 'teams', notice.incidentId)).toEqual(['opened']);
    expect(log.some((line) => line.includes('incident.damaged'))).toBe(true);
    await open(violation());
    await close(violation());
    await pass(900);
    expect(await Array.fromAsync(incidents.list())).toEqual([]);
    expect(events(recorder, 'teams', notice.incidentId)).toEqual(['opened', 'resolved']);
  });

  it('of another release stops the work, since that release can read it', async () => {
    const { store, open, pass } = start();
    await open(violation());
    await store.put('alerts:open', 'newer', { schema: 2, value: {} }, 'any');
    await expect(pass(20)).rejects.toThrow('version 2');
    expect(await store.get('alerts:open', 'newer')).toBeDefined();
  });
});

describe('An alerts.yaml that does not load', () => {
  it('is told once by the routes in force, and its end when it is mended', async () => {
    let problem: string | undefined = 'alerts.yaml:3:7 routes[0].to[0] "nobody": There is no channel nobody.';
    const { recorder, troubles, pass } = start({ problem: () => problem });
    await pass(3600);
    expect(troubles).toEqual(['raised ALERTS_FILE_INVALID alerts.yaml']);
    problem = undefined;
    await pass(600);
    expect(troubles).toEqual([
      'raised ALERTS_FILE_INVALID alerts.yaml',
      'resolved ALERTS_FILE_INVALID alerts.yaml',
    ]);
    expect(recorder.told('teams').map(({ event }) => event)).toEqual(['opened', 'resolved']);
  });

  it('is told by the first channel that works where no route takes it', async () => {
    const narrow = config.replace(
      /routes:.*/,
      'routes: [{ route: a, when: { codes: [ORPHAN] }, to: [hook] }]',
    );
    const { recorder, pass } = start({ problem: () => 'broken', config: narrow });
    recorder.fail((channel) => (channel === 'teams' ? { result: 'refused', why: 'dead' } : undefined));
    await pass(60);
    expect(recorder.messages.map(({ channel }) => channel)).toContain('hook');
  });
});
