import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Send } from '../../../shared/alerts/index.ts';
import { memoryStore, type StateStore } from '../../../shared/state/index.ts';
import { crashing } from './crashing.ts';
import { violation } from './samples.ts';
import { createRecorder, createWorld } from './world.ts';

const config = `
channels: { teams: { kind: teams, urlSetting: TEAMS_URL } }
routes: [{ route: all, to: [teams] }]`;

/** A store whose answers come in the order that a scheduler chooses. */
function scheduled(store: StateStore, scheduler: fc.Scheduler): StateStore {
  const soon = <T>(work: () => Promise<T>): Promise<T> => scheduler.schedule(Promise.resolve()).then(work);
  return {
    ...store,
    get: (...of) => soon(() => store.get(...of)),
    put: (...of) => soon(() => store.put(...of)),
    delete: (...of) => soon(() => store.delete(...of)),
    async *list(...of) {
      yield* await soon(() => Array.fromAsync(store.list(...of)));
    },
  };
}

it('Passes that overlap, in whatever order their steps come, send nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const recorder = createRecorder();
      const store = memoryStore();
      const clock = { ms: Date.parse('2027-03-01T10:00:00Z'), ids: 0 };
      const world = createWorld({ config, store, clock, sender: recorder.sender });
      const slow =
        (channel: string): Send =>
        async (parcel) => {
          await scheduler.schedule(Promise.resolve());
          return recorder.sender(channel)(parcel);
        };
      const process = () => world.restart({ store: scheduled(store, scheduler), sender: slow });
      const overlap = async (laterMs: number): Promise<void> => {
        clock.ms += laterMs;
        await scheduler.waitFor(
          Promise.all([process().alerts.flush(), process().alerts.flush(), process().alerts.flush()]),
        );
        clock.ms += 10_000;
        await world.alerts.flush();
      };
      const some = [violation('ORPHAN', { group: 1 }), violation('ORPHAN', { group: 2 })];

      await world.open(...some);
      await overlap(10_000);
      expect(recorder.told().map(({ event }) => event)).toEqual(['opened', 'opened']);
      await world.open(...some);
      await overlap(3_600_000);
      expect(
        recorder
          .told()
          .slice(2)
          .map(({ event }) => event),
      ).toEqual(['updated', 'updated']);
      const records = await Array.fromAsync(store.list('alerts:open'), ({ value }) => value);
      expect(records).toMatchObject([
        { value: { told: { teams: { updates: 1 } } } },
        { value: { told: { teams: { updates: 1 } } } },
      ]);
      for (const one of some) await world.close(one);
      await overlap(10_000);
      expect(
        recorder
          .told()
          .slice(4)
          .map(({ event }) => event),
      ).toEqual(['resolved', 'resolved']);
    }),
    { numRuns: 150 },
  );
});

it('A crash sends a message again only in the one moment between the answer of a channel and its note', async () => {
  const sentBy = async (write: number, when: 'before' | 'after'): Promise<number> => {
    const recorder = createRecorder();
    const world = createWorld({ config, sender: recorder.sender });
    await world.open(violation());
    await world.pass(1);
    const dying = world.restart({ store: crashing(world.store, write, when) });
    await dying.pass(9).catch(() => {});
    await world.pass(600);
    expect(new Set(recorder.messages.map(({ id }) => id)).size).toBe(1);
    return recorder.messages.length;
  };
  const sends: number[] = [];
  for (let write = 1; write <= 14; write++)
    sends.push(await sentBy(write, 'before'), await sentBy(write, 'after'));
  expect(sends.filter((count) => count === 1)).toHaveLength(27);
  expect(sends.filter((count) => count === 2)).toHaveLength(1);
});
