import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const script = fileURLToPath(new URL('../../relay/main.ts', import.meta.url));

export const relay = new Command('relay')
  .description('runs the relay with its settings, until it is stopped')
  .requiredOption('--config <file>', 'relay.yaml')
  .action(({ config }: { config: string }) => {
    const { status, signal } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, '--config', config],
      { stdio: 'inherit' },
    );
    process.exitCode = status ?? (signal ? 130 : 1);
  });
