import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startBroker } from '../../../local/service-bus/broker.ts';
import { parseDuration } from '../../../local/service-bus/entities/duration.ts';
import { type EntityFile, readEntities } from '../../../local/service-bus/entities/entity-file.ts';
import { entitiesOf } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'entity-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = join(folder, 'entities.json');
  writeFileSync(file, text);
  return file;
}

const problemOf = (source: string | EntityFile): string => {
  try {
    readEntities(source);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no problem';
};

/** The problem with one queue whose properties are written as they should not be. */
const problemWith = (properties: Readonly<Record<string, unknown>>): string =>
  problemOf(fileWith(JSON.stringify(entitiesOf({ first: {}, changes: properties }))));

describe('the entity file', () => {
  test("of this repository gives every queue Azure's settings in milliseconds", () => {
    const { queues, topics } = readEntities('infra/service-bus.json');
    expect(topics).toEqual([]);
    expect(queues.find((queue) => queue.name === 'intents')).toMatchObject({
      requiresSession: true,
      lockDuration: 60_000,
      maxDeliveryCount: 10,
      timeToLive: 14 * 24 * 60 * 60_000,
      deadLetterOnExpiration: true,
      duplicateWindow: undefined,
    });
  });

  test('of this repository can be served', async () => {
    const broker = await startBroker({ entities: 'infra/service-bus.json' });
    for (const { name } of readEntities('infra/service-bus.json').queues) {
      expect(broker.counts(name)).toEqual({ active: 0, locked: 0, deferred: 0, scheduled: 0, deadLetter: 0 });
    }
    await broker.stop();
  });

  test("may leave things out, which then are as Azure's defaults", () => {
    const [queue] = readEntities(entitiesOf({ plain: {} })).queues;
    expect(queue).toMatchObject({
      requiresSession: false,
      lockDuration: 60_000,
      maxDeliveryCount: 10,
      timeToLive: undefined,
      duplicateWindow: undefined,
    });
  });

  test('looks for duplicates in the window given, or in ten minutes, if it says so', () => {
    const window = (properties: Parameters<typeof entitiesOf>[0][string]) =>
      readEntities(entitiesOf({ q: properties })).queues[0]?.duplicateWindow;
    expect(window({ RequiresDuplicateDetection: true })).toBe(600_000);
    const DuplicateDetectionHistoryTimeWindow = 'PT20S';
    expect(window({ RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow })).toBe(20_000);
    expect(window({ DuplicateDetectionHistoryTimeWindow })).toBeUndefined();
  });
});

describe('a wrong entity file is refused with the field and the reason', () => {
  const properties = 'UserConfig.Namespaces[0].Queues[1].Properties';

  test.for([
    ['a duration that is none', { LockDuration: '60s' }, '.LockDuration', "'60s' is not a duration"],
    ['an empty duration', { DefaultMessageTimeToLive: 'P' }, '.DefaultMessageTimeToLive', 'not a duration'],
    ['a lock that Azure does not grant', { LockDuration: 'PT6M' }, '.LockDuration', 'at most PT5M'],
    ['no deliveries', { MaxDeliveryCount: 0 }, '.MaxDeliveryCount', '>=1'],
    ['a word for a number', { MaxDeliveryCount: 'ten' }, '.MaxDeliveryCount', 'expected number'],
    ['forwarding', { ForwardTo: 'other' }, '.ForwardTo', 'does not forward'],
    ['a misspelt property', { RequireSession: true }, '', 'RequireSession'],
  ] as const)('%s', ([, wrong, field, reason]) => {
    const problem = problemWith(wrong);
    expect(problem).toContain(join(folder, 'entities.json'));
    expect(problem).toContain(`${properties}${field}:`);
    expect(problem).toContain(reason);
  });

  test('all of them at once', () => {
    const problem = problemWith({ LockDuration: 'x', MaxDeliveryCount: 0 });
    expect(problem.split('\n')).toHaveLength(3);
  });

  test('a file that is not there, or not JSON', () => {
    const missing = join(folder, 'missing.json');
    expect(problemOf(missing)).toContain(`${missing}: cannot be read`);
    expect(problemOf(fileWith('{'))).toContain('cannot be read as JSON');
  });

  test('two namespaces', () => {
    const two = { UserConfig: { Namespaces: [{ Name: 'a' }, { Name: 'b' }] } };
    expect(problemOf(two)).toContain('UserConfig.Namespaces: must hold exactly one namespace');
  });
});

test.for([
  ['PT1M', 60_000],
  ['P14D', 1_209_600_000],
  ['P1DT2H3M4.5S', 93_784_500],
  ['PT0.25S', 250],
  ['P', undefined],
  ['PT', undefined],
  ['P1DT', undefined],
  ['1M', undefined],
  ['P1Y', undefined],
] as const)('the duration %s is %d ms', ([text, milliseconds]) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
