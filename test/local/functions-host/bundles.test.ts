import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { ENTITIES, settings } from './entities.ts';
import { APP, startHostProcess } from './host-process.ts';

let broker: Broker;
let directory: string;

beforeAll(async () => {
  broker = await startBroker({ entities: ENTITIES });
  directory = await mkdtemp(join(tmpdir(), 'functions-host-bundle-'));
  await cp(join(APP, 'host.json'), join(directory, 'host.json'));
});

afterAll(async () => {
  await broker.stop();
  await rm(directory, { recursive: true });
});

test.each([
  [
    'ESM',
    'esm',
    'index.mjs',
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  ],
  ['CommonJS', 'cjs', 'index.cjs', ''],
] as const)(
  'an esbuild bundle in %s runs from main of package.json, settings from local.settings.json',
  async (_name, format, file, banner) => {
    await build({
      entryPoints: [join(APP, 'index.ts')],
      outfile: join(directory, 'dist', file),
      bundle: true,
      platform: 'node',
      format,
      banner: { js: banner },
      external: ['@azure/functions-core'],
    });
    await writeFile(join(directory, 'package.json'), JSON.stringify({ main: `dist/{${file},missing.js}` }));
    const Values = settings(broker.connectionString);
    await writeFile(join(directory, 'local.settings.json'), JSON.stringify({ IsEncrypted: false, Values }));

    const host = await startHostProcess({ args: ['--directory', directory], settings: {} });
    const response = await fetch(`${host.url}/api/notify/${format}`, {
      method: 'POST',
      body: '[{"id":1},2]',
    });
    expect(response.status).toBe(202);
    expect(await host.saw('one', 1)).toMatchObject([{ message: { first: { id: 1 } } }]);
    expect(await host.stop()).toBe(0);
  },
);
