import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const script = fileURLToPath(new URL('../../local/start.ts', import.meta.url));

export const start = new Command('start')
  .description('the whole product on this machine; the same as npm start')
  .allowUnknownOption()
  .helpOption(false)
  .argument('[options...]', 'options of the local stack; --help shows them')
  .action((options: readonly string[]) => {
    const { status, signal } = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' });
    process.exitCode = status ?? (signal ? 130 : 1);
  });
