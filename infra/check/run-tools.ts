import { join } from 'node:path';
import { repository } from '../package/folders.ts';
import { checkWithTools } from './tools.ts';

/**
 * `npm run check:tools`: what is deployed, seen by the tools of those who run it: Bicep, systemd, ShellCheck,
 * a C# compiler, PowerShell. Each is asked where it is installed; what is not is named.
 */
const results = checkWithTools({
  infra: join(repository, 'infra'),
  service: join(repository, 'relay/service'),
});
for (const { tool, checks, says } of results) {
  const mark = says === undefined ? '–' : says.ok ? '✓' : '✗';
  const more = says === undefined ? ' (not installed)' : says.ok ? '' : `\n${says.text}`;
  process.stdout.write(`${mark} ${tool}: ${checks}${more}\n`);
}
process.exitCode = results.some(({ says }) => says?.ok === false) ? 1 : 0;
