import { spawnSync } from 'node:child_process';
import { ensureSamba } from '../local/samba/packages.ts';
import { reexecInUserNamespace } from '../local/samba/user-namespace.ts';

/**
 * `npm test`: format and lint, types, then every test on a real domain controller. What the tests
 * need is installed or asked for first, so that nothing is skipped in silence.
 */
const steps: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['tests', 'vitest', ['run', ...process.argv.slice(2)]],
];

await ensureSamba();
const exitCode = await reexecInUserNamespace();
if (exitCode !== undefined) process.exit(exitCode);
for (const [name, command, args] of steps) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: false });
  if (status !== 0) {
    console.error(`npm test stopped at: ${name}${error ? ` (${error.message})` : ''}.`);
    process.exit(status ?? 1);
  }
}
