/**
 * How long a new instance takes to load the functions package: `npm run build && node test/infra/measure-cold-start.ts`.
 * Each run is a new process without compile cache, as on a fresh instance. The start of the host and of Node comes on
 * top; Azure's own figures for that vary with the plan, which is why the HTTP instance is always ready.
 */
import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { distFolder, repository } from '../../infra/package/folders.ts';

const runs = 21;
const script = join(import.meta.dirname, 'load-package.ts');
const { size } = await stat(join(distFolder, 'entra-writeback-functions.zip'));
const loads: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const { stdout, status } = spawnSync(process.execPath, [script], { cwd: repository, encoding: 'utf8' });
  if (status !== 0) throw new Error('The package registered no function. Run npm run build first.');
  loads.push(Number(stdout));
}
loads.sort((one, other) => one - other);
const at = (part: number) => loads[Math.floor(part * (loads.length - 1))];
process.stdout.write(
  `package ${Math.round(size / 1024)} KB; load of ${runs} fresh processes: median ${at(0.5)} ms, fastest ${at(0)} ms, slowest ${at(1)} ms\n`,
);
