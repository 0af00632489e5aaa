import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAppliedRecord } from '../../../relay/guard/applied-record.ts';
import { canonicalJson, contentHash } from '../../../relay/guard/canonical.ts';
import { Hold, pageOf } from '../../../relay/guard/hold.ts';
import { openHoldStore } from '../../../relay/guard/hold-store.ts';
import { dayMs } from '../../../relay/guard/windows.ts';
import {
  Dn,
  holdMarkdown,
  type Intent,
  Moment,
  ObjectGuid,
  replaces,
  scopeOf,
  sessionOf,
} from '../../../shared/domain/index.ts';
import { at, complete, delta, desiredGroup, removeIntent, writeIntent } from '../intents.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holds-'));
});
afterEach(() => rm(directory, { recursive: true }));

const day = (count: number): Date => new Date(Date.parse(at) + count * dayMs);

function hold(intent: Intent, given: Partial<Hold> = {}): Hold {
  return Hold.parse({
    version: 1,
    holdId: `hold-${contentHash(intent.intentId).slice(0, 20)}`,
    planHash: contentHash('plan'),
    state: 'open',
    object: intent.object,
    displayName: 'Sales',
    exceeded: [{ budget: 'deletions', window: 'hour', limit: 50, used: 50, wanted: 1 }],
    plan: { operations: [] },
    violations: [],
    intent,
    heldAt: at,
    expiresAt: day(7).toISOString(),
    renewed: 0,
    ...given,
  });
}

describe('held plans', () => {
  test('are there after a restart', async () => {
    const one = hold(writeIntent(desiredGroup()));
    await (await openHoldStore(directory)).put(one);
    expect((await openHoldStore(directory)).all()).toEqual([one]);
  });

  test('end when a newer intent for the same part of the object comes, and others stay', async () => {
    const store = await openHoldStore(directory);
    const desired = desiredGroup();
    const whole = hold(writeIntent(desired));
    const part = hold(writeIntent(desired, complete([], { upTo: 'S-1' })));
    const other = hold(writeIntent(desiredGroup()));
    for (const one of [whole, part, other]) await store.put(one);
    await store.supersede(writeIntent(desired), undefined);
    const states = () => store.all().map(({ state }) => state);
    expect(states()).toEqual(['superseded', 'open', 'open']);
    await store.supersede(removeIntent(whole.object, 'delete'), undefined);
    expect(states()).toEqual(['superseded', 'superseded', 'open']);
  });

  test('expire visibly, once, and are forgotten a month later', async () => {
    const store = await openHoldStore(directory);
    const one = hold(writeIntent(desiredGroup()));
    await store.put(one);
    expect(await store.expire(day(6))).toEqual([]);
    expect(await store.expire(day(7))).toMatchObject([{ holdId: one.holdId, state: 'expired' }]);
    expect(await store.expire(day(8))).toEqual([]);
    await store.expire(day(38));
    expect(await readdir(join(directory, 'holds'))).toEqual([]);
  });

  test('that cannot be read stop the start, because they would be lost silently', async () => {
    await openHoldStore(directory);
    await writeFile(join(directory, 'holds', 'hold-00.json'), '{}');
    await expect(openHoldStore(directory)).rejects.toThrow(
      /hold-00\.json cannot be read. Restore it, or delete it/,
    );
  });
});

describe('a held plan is replaced', () => {
  const desired = desiredGroup();
  const removal = removeIntent({ kind: 'group', id: desired.id }, 'delete');
  const part = (after: string | null, upTo: string | null) =>
    writeIntent(desired, complete([], { after, upTo }));
  const someDelta = writeIntent(desired, delta([]));
  test.each([
    ['by a removal, whatever it is', removal, part('a', 'b'), true],
    ['by any write, where it is a removal', someDelta, removal, true],
    ['by a complete membership, where it is a delta', part('a', 'b'), someDelta, true],
    ['by a part that overlaps', part('a', 'c'), part('b', 'd'), true],
    ['by the whole, where it is a part', part(null, null), part('b', 'd'), true],
    ['not by the part beside it', part('b', 'd'), part('a', 'b'), false],
    ['not by a delta, which knows nothing of the members held before', someDelta, someDelta, false],
    ['not by a delta, where it is a complete membership', someDelta, part('a', 'b'), false],
    ['by any write, where it says nothing of members', someDelta, writeIntent(desired), true],
  ])('%s', (_what, newer, held, expected) => {
    expect(replaces(scopeOf(newer), scopeOf(held))).toBe(expected);
  });
});

describe('the page of a held plan', () => {
  test('cannot be turned into markup by names from the cloud', () => {
    const page = holdMarkdown(
      pageOf(hold(writeIntent(desiredGroup()), { displayName: '`](http://evil)\n# Approved | ``x' })),
    );
    expect(page.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
    expect(page.split('\n')[0]).toBe('# Held plan for ``` `](http://evil) # Approved   ``x ```');
  });
});

describe('canonical JSON', () => {
  test('is the same whatever the order of keys, and keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":[2,1]}');
    expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, a: 1 }));
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });
});

describe('the record of applied plans', () => {
  const applied = (planId: string, when: Date) => {
    const intent = writeIntent(desiredGroup());
    return {
      planId,
      intentId: intent.intentId,
      object: intent.object,
      displayName: sessionOf(intent.object),
      at: Moment.parse(when.toISOString()),
      plan: { operations: [removal] },
      inverse: { operations: [] },
    };
  };
  const removal = {
    op: 'removeMembers',
    dn: Dn.parse('CN=a,DC=lab'),
    guid: ObjectGuid.parse('00000000-0000-4000-8000-000000000001'),
    members: [Dn.parse('CN=b,DC=lab'), Dn.parse('CN=c,DC=lab')],
  } as const;

  test('has the last word of each plan: the whole where a relay was killed, else what was written', async () => {
    const record = await openAppliedRecord(directory);
    const [killed, partly, nothing] = [
      applied('killed', day(0)),
      applied('partly', day(0)),
      applied('nothing', day(0)),
    ];
    for (const begun of [killed, partly, nothing]) await record.add(begun);
    const written = { ...partly, plan: { operations: [{ ...removal, members: removal.members.slice(1) }] } };
    await record.add(written);
    await record.add({ ...nothing, plan: { operations: [] } });
    expect(await record.find('killed')).toEqual(killed);
    expect(await record.find(partly.intentId)).toEqual(written);
    expect(await record.ofIntent(partly.intentId)).toEqual([written]);
    expect(await record.find('nothing')).toBeUndefined();
    expect((await record.latest(9)).map(({ planId }) => planId)).toEqual(['partly', 'killed']);
  });

  test('finds a plan by its id, and nothing by half of it', async () => {
    const record = await openAppliedRecord(directory);
    const one = applied('plan-1', day(0));
    await record.add(one);
    await record.add(applied('plan-11', day(1)));
    expect(await record.find('plan-1')).toEqual(one);
    expect(await record.find('plan')).toBeUndefined();
  });

  test('knows what was written for an intent, in its order, and nothing of a line cut short', async () => {
    const record = await openAppliedRecord(directory);
    const first = applied('plan-1', day(0));
    const second = { ...applied('plan-2', day(1)), intentId: first.intentId };
    await record.add(second);
    await record.add(first);
    await record.add(applied('plan-3', day(1)));
    await appendFile(
      join(directory, 'applied', 'applied-2026-03-02.jsonl'),
      `{"planId":"plan-4","intentId":"${first.intentId}"`,
    );
    expect(await record.ofIntent(first.intentId)).toEqual([first, second]);
    expect(await record.ofIntent('intent')).toEqual([]);
  });

  test('forgets whole days', async () => {
    const record = await openAppliedRecord(directory);
    await record.add(applied('old', day(0)));
    await record.add(applied('new', day(2)));
    await record.forget(day(1));
    expect(await record.find('old')).toBeUndefined();
    expect((await record.find('new'))?.planId).toBe('new');
  });
});
