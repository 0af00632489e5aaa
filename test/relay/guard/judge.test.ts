import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Budgets } from '../../../relay/guard/budgets.ts';
import { type Approval, type GuardOptions, type Judgement, judge } from '../../../relay/guard/guard.ts';
import { hashOfPlan } from '../../../relay/guard/hold.ts';
import { spendOf } from '../../../relay/guard/spend.ts';
import { openState, type RelayState } from '../../../relay/guard/state-directory.ts';
import { dayMs } from '../../../relay/guard/windows.ts';
import { execute } from '../../../relay/handle/execute.ts';
import { countMembers, gather } from '../../../relay/handle/gather.ts';
import { foundObject } from '../../../relay/handle/outcome.ts';
import { makePlan } from '../../../relay/plan/make-plan.ts';
import { type Intent, Moment, markerOf, momentOf } from '../../../shared/domain/index.ts';
import { at, bySid, complete, delta, desiredGroup, removeIntent, writeIntent } from '../intents.ts';
import { createModelAd, type Held, type ModelAd, ou } from '../model-ad.ts';

let directory: string;
let state: RelayState;
let guard: GuardOptions;
let ad: ModelAd;
let time: number;
let ids = 0;

const limits = Budgets.parse({
  deletions: { perHour: 2, perDay: 2 },
  memberRemovalsPerGroup: { perHour: 1000, perDay: 1000, percent: 50, floor: 2 },
  cloudApprovals: { perHour: 1, perDay: 1 },
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guard-'));
  time = Date.parse(at);
  state = await openState(directory, limits, () => new Date(time));
  ad = createModelAd();
  guard = {
    mode: 'run',
    territory: {
      containers: ['OU=EntraWriteback'],
      classes: ['group'],
      allowAttributes: [],
      adoptOriginals: true,
    },
    ledger: state.ledger,
    holds: state.holds,
    holdForDays: 7,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  };
});
afterEach(async () => {
  await state.close();
  await rm(directory, { recursive: true });
});

/** A group of ours with so many members. */
function group(members: number): { desired: ReturnType<typeof desiredGroup>; held: Held } {
  const desired = desiredGroup();
  const held = ad.add({
    dn: `CN=${desired.commonName},${ou}`,
    attributes: {
      sAMAccountName: [desired.samAccountName],
      groupType: ['-2147483640'],
      adminDescription: [markerOf(desired)],
      'msDS-ExternalDirectoryObjectId': [markerOf(desired)],
      displayName: ['Sales'],
    },
  });
  for (let member = 0; member < members; member += 1)
    held.members.add(ad.add({ dn: `CN=p${held.guid}${member},${ou}`, objectClass: ['top', 'user'] }).guid);
  return { desired, held };
}

async function judged(intent: Intent, approval?: Approval, options = guard): Promise<Judgement> {
  const input = await gather(ad, intent, momentOf(new Date(time)));
  const countNow = (): Promise<number> => countMembers(ad, foundObject(input)?.dn ?? expect.unreachable());
  return judge(options, { input, planned: makePlan(input), approval, countMembers: countNow });
}
const removal = ({ desired }: ReturnType<typeof group>): Intent =>
  removeIntent({ kind: 'group', id: desired.id }, 'delete');
const emptying = ({ desired }: ReturnType<typeof group>): Intent => writeIntent(desired, complete([]));
const approvalOf = (planHash: string, from: 'cloud' | 'relay' = 'cloud'): Approval => ({
  planHash,
  verdict: { verdict: 'approve', person: 'Ada', reason: 'checked', at: Moment.parse(at), from },
  begun: undefined,
});

describe('a plan within the budgets', () => {
  test('may be written', async () => {
    expect((await judged(removal(group(0)))).judgement).toBe('write');
  });

  test('that has nothing to do is nothing', async () => {
    expect((await judged(writeIntent(group(0).desired))).judgement).toBe('nothing');
  });
});

describe('a plan beyond a budget', () => {
  test('is held, says which budget, and the rest goes on', async () => {
    await judged(removal(group(0)));
    await judged(removal(group(0)));
    const third = await judged(removal(group(0)));
    expect(third.judgement).toBe('hold');
    expect(third.planned.violations).toMatchObject([
      { code: 'BUDGET_EXCEEDED', details: { budgets: 'deletions deletions' } },
    ]);
    expect(
      (await judged(writeIntent(group(0).desired, delta([bySid('S-1-5-21-1-2-3-9999')])))).judgement,
    ).toBe('write');
  });

  test('stands in two files, one for programs and one for people', async () => {
    const held = await judged(emptying(group(5)));
    if (held.judgement !== 'hold') throw new Error(held.judgement);
    const { hold } = held;
    expect((await readdir(join(directory, 'holds'))).toSorted()).toEqual([
      `${hold.holdId}.json`,
      `${hold.holdId}.md`,
    ]);
    const page = await readFile(join(directory, 'holds', `${hold.holdId}.md`), 'utf8');
    expect(page).toContain('Remove 5 members from');
    expect(page).toContain(hold.planHash);
    expect(page).toContain('5 member removals in this group wanted, 0 of 2 used in the last hour');
  });

  test('is the same hold when it comes again, renewed and visibly so', async () => {
    const some = group(5);
    const first = await judged(emptying(some));
    time += dayMs;
    const second = await judged(emptying(some));
    if (first.judgement !== 'hold' || second.judgement !== 'hold') throw new Error('not held');
    expect(second.hold).toMatchObject({ holdId: first.hold.holdId, renewed: 1, heldAt: first.hold.heldAt });
    expect(Date.parse(second.hold.expiresAt) - Date.parse(first.hold.expiresAt)).toBe(dayMs);
    expect(state.holds.all()).toHaveLength(1);
  });

  test('is another hold when AD has changed meanwhile', async () => {
    const some = group(5);
    const first = await judged(emptying(some));
    some.held.attributes.displayName = ['By hand'];
    const second = await judged(emptying(some));
    if (first.judgement !== 'hold' || second.judgement !== 'hold') throw new Error('not held');
    expect(second.hold.holdId).not.toBe(first.hold.holdId);
  });

  test('that was rejected is refused without asking again, until its time is over', async () => {
    const some = group(5);
    const held = await judged(emptying(some));
    if (held.judgement !== 'hold') throw new Error(held.judgement);
    const { verdict } = approvalOf(held.hold.planHash);
    await state.holds.put({
      ...held.hold,
      state: 'rejected',
      verdict: { ...verdict, verdict: 'reject', reason: 'a mistake' },
    });
    const again = await judged(emptying(some));
    expect(again.judgement).toBe('refuse');
    expect(again.planned.refusal).toMatchObject({ code: 'HOLD_REJECTED', needs: 'person' });
    expect(again.planned.refusal?.message).toContain('a mistake');
    time += 8 * dayMs;
    expect((await judged(emptying(some))).judgement).toBe('hold');
  });
});

/** As the relay does it: what the guard lets through is written, and the books are told. */
async function handled(intent: Intent): Promise<Judgement['judgement']> {
  const judgement = await judged(intent);
  if (judgement.judgement !== 'write') return judgement.judgement;
  const { charged } = await execute(ad, judgement.planned.plan, () => true);
  await judgement.settle(spendOf(charged));
  return 'write';
}

describe('a group cannot be emptied in slices', () => {
  const half = Budgets.parse({
    memberRemovalsPerGroup: { perHour: 1000, perDay: 1000, percent: 50, floor: 2 },
  });
  beforeEach(async () => {
    await state.close();
    state = await openState(join(directory, 'slices'), half, () => new Date(time));
    guard = { ...guard, ledger: state.ledger, holds: state.holds };
  });
  const without = ({ desired }: ReturnType<typeof group>, ...sids: readonly (string | undefined)[]): Intent =>
    writeIntent(
      desired,
      delta(
        [],
        sids.map((sid) => bySid(sid ?? '')),
      ),
    );
  const membersOf = ({ held }: ReturnType<typeof group>): readonly (string | undefined)[] =>
    [...held.members].map((guid) => ad.objects.get(guid)?.sid);

  test('by deltas that come while its emptying is held: they go as far as the budget, and not beyond', async () => {
    const some = group(10);
    const sids = membersOf(some);
    expect(await handled(emptying(some))).toBe('hold');
    const results: string[] = [];
    for (const sid of sids) {
      results.push(await handled(without(some, sid)));
      time += 60_000;
    }
    expect(results).toEqual([...Array(5).fill('write'), ...Array(5).fill('hold')]);
    expect(some.held.members.size).toBe(5);
    // The emptying that a person looks at is another plan by now: approving the old one writes nothing.
    const [first] = state.holds.all();
    expect((await judged(emptying(some), approvalOf(first?.planHash ?? ''))).judgement).toBe('stale');
  });

  test('whatever the slices and the pauses, in a day it loses half of what it had, or the floor', async () => {
    const slices = fc.array(
      fc.record({ size: fc.integer({ min: 1, max: 5 }), pauseMinutes: fc.nat({ max: 90 }) }),
      { minLength: 1, maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), slices, async (size, asked) => {
        const some = group(size);
        const begun = time;
        for (const { size: wanted, pauseMinutes } of asked) {
          await handled(without(some, ...membersOf(some).slice(0, wanted)));
          expect(size - some.held.members.size).toBeLessThanOrEqual(Math.max(2, Math.floor(size / 2)));
          time += pauseMinutes * 60_000;
          if (time - begun >= dayMs) break;
        }
        time = begun + 2 * dayMs;
      }),
      { numRuns: 12 },
    );
  });
});

describe('an approval', () => {
  test('lets exactly the approved plan through', async () => {
    const some = group(5);
    const held = await judged(emptying(some));
    if (held.judgement !== 'hold') throw new Error(held.judgement);
    expect((await judged(emptying(some), approvalOf(held.hold.planHash))).judgement).toBe('write');
  });

  test('is good for nothing when AD is no longer as the plan saw it', async () => {
    const some = group(5);
    const held = await judged(emptying(some));
    if (held.judgement !== 'hold') throw new Error(held.judgement);
    some.held.members.add(ad.add({ dn: `CN=late,${ou}`, objectClass: ['top', 'user'] }).guid);
    expect((await judged(emptying(some), approvalOf(held.hold.planHash))).judgement).toBe('stale');
  });

  test('takes nothing of the budgets for what nobody looked at', async () => {
    const some = group(5);
    const held = await judged(emptying(some));
    if (held.judgement !== 'hold') throw new Error(held.judgement);
    await judged(emptying(some), approvalOf(held.hold.planHash));
    expect((await judged(removal(group(0)))).judgement).toBe('write');
  });

  test('from the cloud is limited itself; one on the relay is not', async () => {
    const plans = [group(5), group(6), group(7)];
    const hashes: string[] = [];
    for (const some of plans) {
      const held = await judged(emptying(some));
      hashes.push(held.judgement === 'hold' ? held.hold.planHash : '');
    }
    const [first = group(0), second = group(0)] = plans;
    const [one = '', two = ''] = hashes;
    expect((await judged(emptying(first), approvalOf(one))).judgement).toBe('write');
    const limited = await judged(emptying(second), approvalOf(two));
    expect(limited.planned.violations).toMatchObject([
      { details: { budgets: 'cloudApprovals cloudApprovals' } },
    ]);
    expect((await judged(emptying(second), approvalOf(two, 'relay'))).judgement).toBe('write');
  });

  test('does not lift ownership', async () => {
    const some = group(5);
    some.held.attributes.adminCount = ['1'];
    const input = await gather(ad, emptying(some), Moment.parse(at));
    const judgement = await judged(emptying(some), approvalOf(hashOfPlan(makePlan(input), input), 'relay'));
    expect(judgement.planned.violations).toMatchObject([{ code: 'PROTECTED_OBJECT' }]);
  });
});

describe('a mode', () => {
  const ops = (judgement: Judgement): readonly string[] =>
    judgement.judgement === 'write' ? judgement.planned.plan.operations.map(({ op }) => op) : [];

  test('"stage" knows the plan and writes nothing', async () => {
    const staged = await judged(removal(group(0)), undefined, { ...guard, mode: 'stage' });
    expect(staged).toMatchObject({
      judgement: 'stage',
      planned: { plan: { operations: [{ op: 'delete' }] } },
    });
    expect(state.ledger.books()).toEqual([]);
  });

  test('"upsert-only" adds and changes, and never ends an object or removes a member', async () => {
    const upsert = { ...guard, mode: 'upsert-only' as const };
    const some = group(1);
    const person = ad.add({ dn: `CN=new,${ou}`, objectClass: ['top', 'user'] });
    const intent = writeIntent({ ...some.desired, security: false }, complete([bySid(person.sid ?? '')]));
    const judgement = await judged(intent, undefined, upsert);
    expect(ops(judgement)).toEqual(['modify', 'addMembers']);
    expect(judgement).toMatchObject({ keptBack: { operations: [{ op: 'removeMembers' }] } });
    expect((await judged(removal(some), undefined, upsert)).judgement).toBe('stage');
  });
});
