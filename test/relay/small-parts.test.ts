import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { watchAvailability } from '../../relay/availability.ts';
import { directoryError } from '../../relay/directory/errors/directory-error.ts';
import { execute, TurnLostError } from '../../relay/handle/execute.ts';
import { outcomeOf } from '../../relay/handle/outcome.ts';
import { fitting } from '../../relay/handle/outcome-size.ts';
import { createStatus } from '../../relay/health/status.ts';
import { growingDelayMs } from '../../relay/pause.ts';
import { createdObject } from '../../relay/plan/planned.ts';
import { readMessage } from '../../relay/session/read-message.ts';
import { encode } from '../../shared/bus/index.ts';
import { Dn, type Operation, Outcome, type Plan } from '../../shared/domain/index.ts';
import { at, desiredGroup, writeIntent } from './intents.ts';
import { createModelAd, ou } from './model-ad.ts';

const relay = { name: 'relay-1', version: '0', instance: 'x' };
const outcome = (plan: Plan, more: object = {}): Outcome => {
  const intent = writeIntent(desiredGroup());
  const { receivedAt } = intent.times;
  return outcomeOf(intent, { result: 'applied', plan, observed: undefined, ...more }, relay, {
    startedAt: receivedAt,
    finishedAt: receivedAt,
  });
};

describe('an outcome', () => {
  const target = { dn: Dn.parse(`CN=a,${ou}`), guid: createdObject };
  const removal = (count: number): Operation => ({
    op: 'removeMembers',
    ...target,
    members: Array.from({ length: count }, (_, index) =>
      Dn.parse(`CN=a rather long name of a person ${index},OU=People,${ou}`),
    ),
  });

  test('fits into one message, however long the plan is, and keeps its counts', () => {
    const photo = { base64: 'A'.repeat(130_000) };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(1, 600, 40_000), { maxLength: 6 }),
        fc.boolean(),
        (sizes, withPhoto) => {
          const operations: Operation[] = sizes.map(removal);
          if (withPhoto)
            operations.push({
              op: 'modify',
              ...target,
              replace: { thumbnailPhoto: [photo] },
              before: { thumbnailPhoto: [photo] },
            });
          const fitted = fitting(outcome({ operations }, { membersRemoved: 40_000 }));
          expect(Buffer.byteLength(encode('outcomes', fitted))).toBeLessThan(250_000);
          expect(fitted.membersRemoved).toBe(40_000);
          expect(Outcome.safeParse(fitted).success).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('of ordinary size is left as it is', () => {
    const one = outcome({ operations: [removal(20)] });
    expect(fitting(one)).toEqual(one);
  });
});

describe('the last errors of objects', () => {
  const failing = (code: string) =>
    outcome({ operations: [] }, { result: 'failed', failure: { code, message: 'm', needs: 'retry' } });

  test('are kept for a bounded number of objects, newest last, and forgotten when all is well', () => {
    const status = createStatus();
    const all = Array.from({ length: 250 }, (_, index) => failing(`E${index}`));
    for (const one of all) status.note(one);
    const { lastErrors, counts } = status.snapshot();
    expect(lastErrors).toHaveLength(200);
    expect([lastErrors[0]?.code, lastErrors.at(-1)?.code]).toEqual(['E50', 'E249']);
    expect(counts).toEqual({ failed: 250 });
    const [last] = all.slice(-1);
    if (last) status.note({ ...last, result: 'applied', failure: undefined });
    expect(status.snapshot().lastErrors).toHaveLength(199);
  });
});

describe('growing delays', () => {
  test('begin at a second, end at a minute, and never shrink', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const delay = growingDelayMs(attempt, random);
          expect(delay).toBeGreaterThanOrEqual(800);
          expect(delay).toBeLessThanOrEqual(60_000);
          expect(growingDelayMs(attempt + 1, random)).toBeGreaterThanOrEqual(delay);
        },
      ),
    );
  });
});

describe('a message', () => {
  test('is an intent, a decision about a held plan, or unreadable with a reason', () => {
    const intent = writeIntent(desiredGroup());
    expect(readMessage(encode('intents', intent, '00-aa-bb-01'))).toEqual({
      is: 'intent',
      intent,
      traceparent: '00-aa-bb-01',
    });
    const command = {
      type: 'hold',
      object: intent.object,
      holdId: 'hold-1',
      planHash: 'a'.repeat(64),
      verdict: 'approve',
      person: 'Ada',
      reason: 'checked',
      at,
    };
    expect(readMessage(Buffer.from(JSON.stringify({ version: 1, body: command })))).toMatchObject({
      is: 'hold',
      command,
    });
    expect(readMessage('{')).toMatchObject({ is: 'unreadable', code: 'NOT_JSON' });
    expect(readMessage({ version: 1, body: { ...command, person: '' } })).toMatchObject({
      is: 'unreadable',
      code: 'SCHEMA',
    });
  });

  test('of any kind at all never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.anything(), fc.uint8Array()), (body) => {
        expect(['intent', 'hold', 'unreadable']).toContain(readMessage(body).is);
      }),
    );
  });
});

describe('a plan that is written', () => {
  const model = () => {
    const ad = createModelAd();
    const held = ad.add({ dn: `CN=a,${ou}`, attributes: { groupType: ['-2147483640'] } });
    const modify = (name: string): Operation => ({
      op: 'modify',
      dn: held.dn,
      guid: held.guid,
      replace: { [name]: ['x'] },
      before: {},
    });
    return { ad, held, modify };
  };

  test('stops at once when the object is no longer ours, and says what was done', async () => {
    const { ad, modify } = model();
    let turns = 2;
    const plan = { operations: [modify('displayName'), modify('description'), modify('info')] };
    const execution = await execute(ad, plan, () => {
      turns -= 1;
      return turns >= 0;
    });
    expect(execution.done).toHaveLength(2);
    expect(execution.stopped).toBeInstanceOf(TurnLostError);
    expect(ad.writes()).toBe(2);
  });

  test('goes on after an operation that AD refuses for good, and stops after one that it may take later', async () => {
    const { ad, modify } = model();
    const failing = (code: 'CONSTRAINT' | 'BUSY') => ({
      ...ad,
      apply: async (operation: Operation) => {
        if (operation.op === 'modify' && 'description' in operation.replace) throw directoryError(code, 'no');
        return ad.apply(operation);
      },
    });
    const plan = { operations: [modify('displayName'), modify('description'), modify('info')] };
    expect(await execute(failing('CONSTRAINT'), plan, () => true)).toMatchObject({
      done: [{}, {}],
      refused: [{ code: 'CONSTRAINT' }],
      stopped: undefined,
    });
    expect(await execute(failing('BUSY'), plan, () => true)).toMatchObject({
      refused: [],
      stopped: { code: 'BUSY' },
    });
  });

  test('is charged in full where nobody knows whether it was written', async () => {
    const { ad, held } = model();
    const lost = {
      ...ad,
      apply: () => Promise.reject(directoryError('TIMED_OUT', 'no answer', { applied: 'unknown' })),
    };
    const deletion: Operation = { op: 'delete', dn: held.dn, guid: held.guid };
    expect(await execute(lost, { operations: [deletion] }, () => true)).toMatchObject({
      done: [],
      charged: [deletion],
    });
    const refused = { ...ad, apply: () => Promise.reject(directoryError('BUSY', 'no')) };
    expect(await execute(refused, { operations: [deletion] }, () => true)).toMatchObject({
      done: [],
      charged: [],
    });
  });
});

describe('the watch over AD', () => {
  test('says once that AD is away and once that it is back, and lets all waiters go on', async () => {
    const stopping = new AbortController();
    const events: string[] = [];
    let away = true;
    const watch = watchAvailability({
      probe: async () => {
        if (away) throw directoryError('UNREACHABLE', 'nobody there');
      },
      log: (event) => {
        events.push(event);
        if (event === 'directory.lost') away = false;
      },
      now: () => new Date(at),
      random: () => 0,
      signal: stopping.signal,
    });
    await Promise.all([watch.whenUp(), watch.whenUp(), watch.whenUp()]);
    expect(events).toEqual(['directory.lost', 'directory.back']);
    watch.lost(directoryError('CREDENTIALS_REJECTED', 'changed'));
    expect(watch.state()).toMatchObject({ state: 'down', code: 'CREDENTIALS_REJECTED' });
    stopping.abort();
    await watch.whenUp();
  });
});
