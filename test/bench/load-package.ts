import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createCore } from '../../local/functions-host/core/core.ts';
import { provideCoreModule } from '../../local/functions-host/core/provide.ts';

/** Loads an unpacked functions package once, as the Functions worker does, and prints how long that took in ms. */
const [folder = 'dist/functions'] = process.argv.slice(2);
const core = createCore(() => undefined);
provideCoreModule(core.module);
const entry = pathToFileURL(resolve(folder, 'index.mjs')).href;
const began = performance.now();
await import(entry);
process.stdout.write(`${(performance.now() - began).toFixed(0)}\n`);
process.exit(core.functions.size > 0 ? 0 : 1);
