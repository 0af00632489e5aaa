import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../../local/samba/main.ts');

it('shows a person how to reach a controller, and cleans up after Ctrl-C', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    if (/ldapsearch.*\n/.test(output)) break;
  }
  const [, caFile = ''] = /authority +(\S+)/.exec(output) ?? [];
  expect(output).toMatch(/LDAPS +ldaps:\/\/127\.0\.0\.\d+/);
  expect(existsSync(caFile)).toBe(true);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(existsSync(caFile)).toBe(false);
});
