import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createCore } from '../../../local/functions-host/core/core.ts';
import { loadEntry } from '../../../local/functions-host/core/load-entry.ts';
import type { CoreModule } from '../../../local/functions-host/core/protocol.ts';
import { provideCoreModule } from '../../../local/functions-host/core/provide.ts';
import { APP } from './host-process.ts';

const library = createRequire(import.meta.url).resolve('@azure/functions');
const CALLS: readonly (keyof CoreModule)[] = [
  'log',
  'registerFunction',
  'registerHook',
  'setProgrammingModel',
];

// The host stands in for the Functions worker by a contract that is public but not documented. A new version of the library is
// fine when both tests below still hold for it; then raise the version.
test('the library is the version whose calls are known', () => {
  const manifest: unknown = JSON.parse(readFileSync(library.replace(/dist\/.*/, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({ name: '@azure/functions', version: '4.16.5' });
});

test('the source of the library names exactly the four members of @azure/functions-core', () => {
  const source = readFileSync(library, 'utf8');
  const named = [...source.matchAll(/\bcoreApi\.(\w+)/g)].map(([, member]) => member);
  expect([...new Set(named)].sort()).toEqual(CALLS);
});

test('an app with every kind of function and hook uses all four and nothing else', async () => {
  const used = new Set<PropertyKey>();
  const core = createCore(() => undefined);
  const watched = new Proxy(core.module, {
    get(target, member, receiver) {
      used.add(member);
      return Reflect.get(target, member, receiver);
    },
  });
  const withdraw = provideCoreModule(watched);
  process.env.APP_STREAMS = 'true';
  await loadEntry(APP, 'index.ts');
  await core.start(APP);
  expect([...used].sort()).toEqual(CALLS);
  expect([...core.functions.values()].map(({ trigger }) => trigger.type)).toEqual(
    expect.arrayContaining(['httpTrigger', 'timerTrigger', 'serviceBusTrigger']),
  );

  const late = () => core.module.registerFunction({ name: 'late', bindings: {} }, () => undefined);
  expect(late).toThrow('"late" was registered after start-up');

  const { port } = new URL(core.streamAddress() ?? '');
  const knock = () => once(connect(Number(port)), 'connect');
  await knock();
  await core.terminate();
  await expect(knock()).rejects.toThrow('ECONNREFUSED');
  withdraw();
});
