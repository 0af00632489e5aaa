import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { dump } from '../../local/samba/dump.ts';
import { AppliedPlan } from '../../relay/guard/applied-record.ts';
import {
  LocalAnswer,
  type LocalRequest,
  leaveRequest,
  takeAnswer,
} from '../../relay/person/local-requests.ts';
import {
  type EntraId,
  type HoldCommand,
  Moment,
  type ObjectRef,
  type Outcome,
} from '../../shared/domain/index.ts';
import { at, bySid, complete, desiredGroup, removeIntent, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

const budgets = {
  deletions: { perHour: 3, perDay: 3 },
  memberRemovalsPerGroup: { perHour: 1000, perDay: 1000, percent: 50, floor: 3 },
};

let world: World;
beforeAll(async () => {
  world = await startWorld({ budgets, health: { port: 0 } });
});
afterAll(() => world.stop());

const dnOf = (desired: { commonName: string }): string =>
  `CN=${desired.commonName},${world.seeded.writebackOu}`;
const people = (count: number) => world.seeded.people.slice(0, count).map(({ sid }) => bySid(sid));
const refOf = (desired: { id: EntraId }): ObjectRef => ({ kind: 'group', id: desired.id });
const treeNow = (): Promise<string> => dump(world.dc, world.dc.baseDn);

const command = (outcome: Outcome, verdict: 'approve' | 'reject'): HoldCommand => ({
  type: 'hold',
  object: outcome.object,
  holdId: outcome.hold?.holdId ?? '',
  planHash: outcome.hold?.planHash ?? '',
  verdict,
  person: 'Ada',
  reason: 'looked at it',
  at: Moment.parse(at),
});

async function sendCommand(body: HoldCommand): Promise<void> {
  const sender = world.client.createSender('intents');
  const sessionId = `${body.object.kind}:${body.object.id}`;
  await sender.sendMessages({ body: Buffer.from(JSON.stringify({ version: 1, body })), sessionId });
  await sender.close();
}

const consent = { person: 'Ada', reason: 'it was wrong', at: Moment.parse(at) };
let requests = 0;

/** What the relay answers to somebody on its own machine. */
async function asked(request: LocalRequest): Promise<LocalAnswer> {
  requests += 1;
  const id = `request-${requests}`;
  const { stateDirectory } = world.settings;
  await leaveRequest(stateDirectory, id, request);
  return vi.waitFor(async () => LocalAnswer.parse(await takeAnswer(stateDirectory, id)), {
    timeout: 20_000,
    interval: 50,
  });
}

/** A group with ten members, and the held plan that would empty it. */
async function heldEmptying() {
  const desired = desiredGroup();
  await world.outcomeOf(writeIntent(desired, complete(people(10))));
  const before = await treeNow();
  const intent = writeIntent(desired, complete([]));
  const outcome = await world.outcomeOf(intent);
  return { desired, intent, outcome, before };
}

describe('a plan beyond a budget', () => {
  test('is held, and AD is byte for byte as it was', async () => {
    const { outcome, before } = await heldEmptying();
    expect(outcome).toMatchObject({
      result: 'held',
      membersRemoved: 0,
      plan: { operations: [{ op: 'removeMembers' }] },
    });
    expect(outcome.violations).toMatchObject([{ code: 'BUDGET_EXCEEDED', severity: 'critical' }]);
    expect(await treeNow()).toBe(before);
    expect(world.relay.health()).toMatchObject({
      holds: expect.arrayContaining([expect.objectContaining({ holdId: outcome.hold?.holdId })]),
    });
  });

  test('is written when a person approves it, exactly as it was held', async () => {
    const { desired, intent, outcome } = await heldEmptying();
    await sendCommand(command(outcome, 'approve'));
    expect(await world.waitFor(intent.intentId)).toMatchObject({ result: 'applied', membersRemoved: 10 });
    expect(await world.membersOf(dnOf(desired))).toEqual([]);
  });

  test('is not written after a rejection, not even when it is asked for again', async () => {
    const { desired, intent, outcome, before } = await heldEmptying();
    await sendCommand(command(outcome, 'reject'));
    expect(await world.waitFor(intent.intentId)).toMatchObject({
      result: 'refused',
      failure: { code: 'HOLD_REJECTED' },
    });
    const again = await world.outcomeOf(writeIntent(desired, complete([])));
    expect(again).toMatchObject({ result: 'refused', failure: { code: 'HOLD_REJECTED', needs: 'person' } });
    expect(await treeNow()).toBe(before);
  });

  test('is held anew when AD has changed between plan and approval', async () => {
    const { desired, intent, outcome } = await heldEmptying();
    await world.outcomeOf(
      writeIntent(
        { ...desired, attributes: [{ name: 'displayName', values: ['Other'], when: 'always' }] },
        complete(people(10)),
      ),
    );
    await sendCommand(command(outcome, 'approve'));
    const answer = await world.waitFor(intent.intentId);
    expect(answer).toMatchObject({ result: 'failed', failure: { code: 'HOLD_CLOSED', needs: 'retry' } });
    expect(await world.membersOf(dnOf(desired))).toHaveLength(10);
  });

  test('may be approved by another relay, which does not know the hold, where the intent comes along', async () => {
    const { desired, intent, outcome } = await heldEmptying();
    const unknown = { ...command(outcome, 'approve'), holdId: 'hold-of-another-relay', intent };
    await sendCommand({ ...unknown, planHash: 'f'.repeat(64) });
    expect(await world.waitFor(intent.intentId)).toMatchObject({
      result: 'failed',
      failure: { code: 'HOLD_STALE', needs: 'retry' },
      hold: { state: 'superseded' },
    });
    expect(await world.membersOf(dnOf(desired))).toHaveLength(10);
    await sendCommand(unknown);
    expect(await world.waitFor(intent.intentId)).toMatchObject({
      result: 'applied',
      hold: { state: 'applied' },
    });
    expect(await world.membersOf(dnOf(desired))).toEqual([]);
  });

  test('may be decided on the machine of the relay', async () => {
    const { desired, intent, outcome } = await heldEmptying();
    await leaveRequest(world.settings.stateDirectory, 'verdict', {
      request: 'verdict',
      command: command(outcome, 'approve'),
    });
    expect(await world.waitFor(intent.intentId)).toMatchObject({ result: 'applied' });
    expect(await world.membersOf(dnOf(desired))).toEqual([]);
  });
});

describe('a held plan that nobody decides about', () => {
  test('ends visibly, and the cloud is asked to look again; until then it is renewed when it comes again', async () => {
    await world.restartRelay({ holds: { expireAfterDays: 8 / 86_400 } });
    const { desired, intent, outcome, before } = await heldEmptying();
    const renewed = await world.outcomeOf(writeIntent(desired, complete([])));
    expect(renewed.hold).toMatchObject({ holdId: outcome.hold?.holdId, heldAt: outcome.hold?.heldAt });
    expect(Date.parse(renewed.hold?.expiresAt ?? '')).toBeGreaterThan(
      Date.parse(outcome.hold?.expiresAt ?? ''),
    );
    expect(await world.waitFor(renewed.intentId)).toMatchObject({
      result: 'failed',
      failure: { code: 'HOLD_EXPIRED', needs: 'retry' },
      hold: { holdId: outcome.hold?.holdId, state: 'expired' },
    });
    expect(world.relay.health().holds).not.toContainEqual(
      expect.objectContaining({ holdId: outcome.hold?.holdId }),
    );
    expect(await treeNow()).toBe(before);
    expect(await world.outcomeOf({ ...intent, intentId: `${intent.intentId}-again` })).toMatchObject({
      result: 'held',
    });
    await world.restartRelay({ holds: { expireAfterDays: 7 } });
  });
});

describe('budgets', () => {
  test('are not given back by a restart', async () => {
    const groups = [desiredGroup(), desiredGroup(), desiredGroup(), desiredGroup()];
    for (const desired of groups) await world.outcomeOf(writeIntent(desired));
    const removal = (desired: (typeof groups)[number] | undefined) =>
      world.outcomeOf(removeIntent(refOf(desired ?? desiredGroup()), 'delete'));
    expect((await removal(groups[0])).result).toBe('applied');
    expect((await removal(groups[1])).result).toBe('applied');
    await world.restartRelay();
    expect((await removal(groups[2])).result).toBe('applied');
    expect((await removal(groups[3])).result).toBe('held');
  });
});

describe('an applied plan', () => {
  test('can be taken back by a person on the machine of the relay', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete(people(3))));
    const changed = { ...desired, commonName: `${desired.commonName}x`, security: false };
    const intent = writeIntent(changed, complete(people(1)));
    await world.outcomeOf(intent);
    const { stateDirectory } = world.settings;
    const today = new Date().toISOString().slice(0, 10);
    const lines = (await readFile(join(stateDirectory, 'applied', `applied-${today}.jsonl`), 'utf8'))
      .trim()
      .split('\n');
    const applied = lines
      .map((line) => AppliedPlan.parse(JSON.parse(line)))
      .find(({ intentId }) => intentId === intent.intentId);
    if (!applied) throw new Error('the plan was not recorded');
    world.lines.length = 0;
    await leaveRequest(stateDirectory, 'undo', {
      request: 'undo',
      planId: applied.planId,
      person: 'Ada',
      reason: 'it was wrong',
      at: Moment.parse(at),
    });
    await world.logged('intent.applied');
    expect(await world.membersOf(dnOf(desired))).toEqual(
      world.seeded.people
        .slice(0, 3)
        .map(({ dn }) => dn)
        .sort(),
    );
    expect((await world.look(dnOf(desired), ['groupType']))?.values.groupType).toEqual(['-2147483640']);
  });
});

describe('a mode', () => {
  test('"stage" answers with the plan and its extent, and writes nothing, not even what a person asks', async () => {
    const kept = desiredGroup();
    const given = writeIntent(kept, complete(people(5)));
    await world.outcomeOf(given);
    await world.restartRelay({ mode: 'stage' });
    const before = await treeNow();
    const creation = await world.outcomeOf(writeIntent(desiredGroup(), complete(people(2))));
    expect(creation).toMatchObject({
      result: 'staged',
      plan: { operations: [{ op: 'create' }, { op: 'addMembers' }] },
      keptBack: { created: 1, changed: 0, deleted: 0, membersAdded: 2, membersRemoved: 0 },
    });
    const change = await world.outcomeOf(writeIntent({ ...kept, security: false }, complete(people(1))));
    expect(change).toMatchObject({
      result: 'staged',
      keptBack: { created: 0, changed: 1, membersRemoved: 4 },
    });
    const ending = await world.outcomeOf(removeIntent(refOf(kept), 'delete'));
    expect(ending).toMatchObject({ result: 'staged', keptBack: { created: 0, changed: 0, deleted: 1 } });
    expect(await world.outcomeOf(given)).toMatchObject({ result: 'unchanged' });
    expect(await asked({ request: 'undo', planId: given.intentId, ...consent })).toMatchObject({
      result: 'refused',
      code: 'MODE_FORBIDS',
    });
    expect(await treeNow()).toBe(before);
    await world.restartRelay({ mode: 'run' });
    expect(await asked({ request: 'undo', planId: given.intentId, ...consent })).toMatchObject({
      result: 'applied',
    });
    expect(await world.look(dnOf(kept))).toBeUndefined();
  });

  test('"upsert-only" creates, changes and adds, and says what it keeps back', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete(people(5))));
    await world.restartRelay({ mode: 'upsert-only' });
    const renamed = {
      ...desired,
      attributes: [{ name: 'displayName', values: ['New'], when: 'always' as const }],
    };
    const [last] = world.seeded.people.slice(6, 7).map(({ sid }) => bySid(sid));
    const outcome = await world.outcomeOf(writeIntent(renamed, complete(last ? [last] : [])));
    expect(outcome).toMatchObject({
      result: 'applied',
      membersAdded: 1,
      membersRemoved: 0,
      keptBack: { membersRemoved: 5, membersAdded: 0, changed: 0 },
    });
    expect(await world.membersOf(dnOf(desired))).toHaveLength(6);
    const before = await treeNow();
    expect(await world.outcomeOf(removeIntent(refOf(desired), 'delete'))).toMatchObject({
      result: 'staged',
      keptBack: { deleted: 1 },
    });
    expect(await treeNow()).toBe(before);
  });

  test('"paused" leaves messages in the queue until it is switched on', async () => {
    await world.restartRelay({ mode: 'paused' });
    const intent = writeIntent(desiredGroup());
    await world.send(intent);
    expect(world.broker.peek('intents')).toMatchObject([{ deliveryCount: 0 }]);
    await world.restartRelay({ mode: 'run' });
    expect(await world.waitFor(intent.intentId)).toMatchObject({ result: 'applied' });
  });
});

describe('an inspection', () => {
  test('answers with the plan and what AD holds, and writes nothing', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete(people(2))));
    const before = await treeNow();
    const { type: _, ...head } = writeIntent({ ...desired, security: false }, complete(people(1)));
    const outcome = await world.outcomeOf({ ...head, type: 'inspect' });
    expect(outcome).toMatchObject({
      result: 'inspected',
      intent: 'inspect',
      plan: { operations: [{ op: 'removeMembers' }, { op: 'modify' }] },
      observed: { dn: dnOf(desired), memberCount: 2 },
    });
    expect(await treeNow()).toBe(before);
  });
});
