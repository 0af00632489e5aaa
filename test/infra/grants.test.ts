import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { beforeAll, expect, test } from 'vitest';
import type { BicepFile } from '../../infra/check/bicep/bicep-file.ts';
import { propertyOf, type Value } from '../../infra/check/bicep/value.ts';
import { readFacts, readInfra } from '../../infra/check/check.ts';
import { repository } from '../../infra/package/folders.ts';

let files: readonly BicepFile[];

beforeAll(async () => {
  files = await readInfra();
});

const source = (path: string): Promise<string> => readFile(join(repository, path), 'utf8');

/** A list of grants in service-bus.bicep: queue and role. */
function grants(variable: string): readonly (readonly [string, string])[] {
  const value = files
    .find(({ path }) => path === 'modules/service-bus.bicep')
    ?.variables.find(({ name }) => name === variable)?.value;
  const items: readonly Value[] = value?.kind === 'array' ? value.items : [];
  const text = (item: Value, name: string): string => {
    const found = propertyOf(item, name);
    return found?.kind === 'string' ? found.text : '';
  };
  return items.map((item) => [text(item, 'queue'), text(item, 'role')] as const);
}

async function queueNamesIn(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const paths = await glob(`${folder}/**/*.ts`, { cwd: repository });
  const texts = await Promise.all(paths.map(source));
  const names = texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(names)].sort();
}

test('the relay may receive from intents and send to outcomes and rejected, and nothing else', () => {
  expect(grants('relayGrants')).toEqual([
    ['intents', 'Azure Service Bus Data Receiver'],
    ['outcomes', 'Azure Service Bus Data Sender'],
    ['rejected', 'Azure Service Bus Data Sender'],
  ]);
});

test('the functions may manage the queues with triggers, of which the scale controller reads the length', async () => {
  const managed = grants('appGrants').filter(([, role]) => role.endsWith('Data Owner'));
  const triggered = await queueNamesIn('functions', /queueName: '(\w+)'/g);
  expect(triggered.length).toBeGreaterThan(0);
  expect(managed.map(([queue]) => queue)).toEqual(expect.arrayContaining([...triggered]));
});

test('the functions may send to every queue there is, and look into each for the status and its dead letters', async () => {
  const { queues } = await readFacts();
  const looked = await source('shared/flow/operate/queue-load.ts');
  expect(looked).toMatch(/queueNames\s+\.filter\(\(queue\) => queue !== 'rejected'\)/);
  expect(looked).toContain("queues.peek({ queue: 'rejected'");
  const may = (right: RegExp): readonly string[] => [
    ...new Set(
      grants('appGrants')
        .filter(([, role]) => right.test(role))
        .map(([queue]) => queue),
    ),
  ];
  const all = queues.map(({ Name }) => Name).sort();
  expect([...may(/Data (Owner|Sender)$/)].sort()).toEqual(all);
  expect([...may(/Data (Owner|Receiver)$/)].sort()).toEqual(all);
});

test('every role is given on one queue, never on the namespace', () => {
  const scopes = files
    .filter(({ path }) => /service-bus|queue-role|relay-roles/.test(path))
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type.startsWith('Microsoft.Authorization/roleAssignments@'))
    .map(({ body }) => propertyOf(body, 'scope'));
  expect(scopes).toMatchObject([{ kind: 'expression', text: 'namespace::queue' }]);
});

test('keys are off wherever Azure has them', () => {
  const all = files.map(({ text }) => text).join('\n');
  expect(all).toMatch(/allowSharedKeyAccess: false/);
  expect(all.match(/disableLocalAuth: true/gi)).toHaveLength(3);
  expect(all).not.toMatch(/disableLocalAuth: false|allowSharedKeyAccess: true|listKeys\(/i);
});
