import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGraph } from '../../../local/graph/start.ts';
import { createTenant } from '../../../local/graph/tenant/tenant.ts';
import { appToken, clientOf, collect, group, idOf, syncedUser, trust } from './support/world.ts';

/** Our client against a double that throttles as Graph does, both on one clock that goes on only while all wait. */
function createClock() {
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  let now = Date.UTC(2026, 0, 6, 12);
  let awake = 0;
  const goOn = (): void => {
    const [next] = sleepers.toSorted((one, other) => one.at - other.at);
    if (awake > 0 || !next) return;
    sleepers.splice(sleepers.indexOf(next), 1);
    now = Math.max(now, next.at);
    awake += 1;
    next.wake();
  };
  return {
    now: () => now,
    sleep: (ms: number): Promise<void> =>
      new Promise((wake) => {
        sleepers.push({ at: now + ms, wake });
        awake -= 1;
        goOn();
      }),
    run: async (work: () => Promise<void>): Promise<void> => {
      awake += 1;
      await work();
      awake -= 1;
      goOn();
    },
  };
}

const clock = createClock();
const folder = mkdtempSync(join(tmpdir(), 'graph-limits-'));
const tenant = createTenant({
  tenantId: '9a3d526c-b3c1-4479-ba74-197b5c5751ae',
  seed: 'limits',
  now: clock.now,
});
let double: Awaited<ReturnType<typeof startGraph>>;

beforeAll(async () => {
  double = await startGraph({
    tenant,
    certificateDirectory: folder,
    adminToken: 'admin',
    verifyToken: (token) =>
      token === appToken ? { appId: '24d3b144-21ae-4080-943f-7067b395b913' } : undefined,
    behaviour: { throttling: { enforce: true } },
  });
  trust(readFileSync(double.caFile, 'utf8'));
});
afterAll(async () => {
  await double.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** So many workers share the work of so many calls. */
async function inParallel(workers: number, calls: number, call: () => Promise<void>): Promise<void> {
  let left = calls;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: workers }, () => clock.run(work)));
}

it('twice of what Graph allows in ten seconds, asked for by 64 at once, is paced so that nothing is refused', async () => {
  const id = idOf(tenant.seed.group(group('Asked for')));
  const { graph } = clientOf(double.url, { now: () => new Date(clock.now()), sleep: clock.sleep });
  const startedAt = clock.now();
  double.statistics.reset();
  let failed = 0;
  await inParallel(64, 1600, async () => {
    const steps = await collect(graph.readTransitiveMembers(id));
    if (steps.some((step) => 'failed' in step)) failed += 1;
  });
  const { units, routes } = double.statistics.report();
  expect(failed).toBe(0);
  expect(Object.values(routes).flatMap(({ statuses }) => Object.keys(statuses))).toEqual(['200']);
  // A tenant of fewer than 50 users has 3,500 units in ten seconds.
  expect(units).toBeGreaterThan(6000);
  expect(units / ((clock.now() - startedAt) / 10_000)).toBeLessThan(3500 * 2);
}, 60_000);

it('members asked for in batches, of which Graph refuses some parts, are all read', async () => {
  const people = Array.from({ length: 20 }, (_, index) =>
    tenant.seed.user(syncedUser(`Person ${index}`, 2000 + index)),
  );
  const settings = { now: () => new Date(clock.now()), sleep: clock.sleep, memberCacheMs: 0 };
  const { graph } = clientOf(double.url, settings);
  let read = 0;
  await inParallel(16, 300, async () => {
    const answer = await graph.readMemberRecords(people.map(idOf));
    if (answer.outcome === 'complete') read += answer.value.size;
  });
  expect(read).toBe(300 * 20);
}, 60_000);
