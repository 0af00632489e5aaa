import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { powerShellCheck } from '../../infra/check/powershell.ts';
import { checkWithTools, isInstalled } from '../../infra/check/tools.ts';
import { repository } from '../../infra/package/folders.ts';

/** What the tools of those who run it say of what is deployed. A tool that is missing is named, never passed over. */

const service = join(repository, 'relay/service');
const installer = 'windows/Install-Relay.ps1';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entra-writeback-planted-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('every tool that is installed is content, and every other one is named', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(repository, 'infra/check/run-tools.ts'),
  ]);
  const lines = stdout.trim().split('\n');
  for (const tool of ['bicep', 'az', 'systemd-analyze', 'shellcheck', 'mcs', 'pwsh', 'hadolint'])
    expect(lines.filter((line) => line.includes(` ${tool}: `))).toEqual(
      expect.arrayContaining([expect.stringMatching(isInstalled(tool) ? /^✓/ : /^– .* \(not installed\)$/)]),
    );
});

type Planted = readonly [tool: string, file: string, right: string, wrong: string];

const planted: readonly Planted[] = [
  ['systemd-analyze', 'linux/entra-writeback-relay.service', 'Type=exec', 'Tpye=exec'],
  [
    'systemd-analyze',
    'linux/entra-writeback-relay.service',
    'NoNewPrivileges=yes\nCapabilityBoundingSet=\n',
    '',
  ],
  ['shellcheck', 'linux/install.sh', '"$package/$file"', '$package/$file'],
  ['mcs', 'windows/RelayService.cs', 'private bool stopping;', 'private bool stoping;'],
];

test.each(planted.filter(([tool]) => isInstalled(tool)))(
  '%s finds a mistake in %s: %s',
  async (tool, file, right, wrong) => {
    const copy = join(folder, `${tool}-${wrong.length}`);
    await cp(service, copy, { recursive: true });
    const text = await readFile(join(copy, file), 'utf8');
    expect(text).toContain(right);
    await writeFile(join(copy, file), text.replace(right, wrong));
    const said = checkWithTools({ infra: join(repository, 'infra'), service: copy });
    expect(said.filter((one) => one.tool === tool).map(({ says }) => says?.ok)).toContain(false);
  },
);

describe('the installer for Windows', () => {
  test('is PowerShell', async () => {
    const check = await powerShellCheck();
    expect(check(await readFile(join(service, installer), 'utf8'))).toEqual([]);
  });

  test.each([
    ['if (-not (Test-Path $Node)) {', 'if (-not (Test-Path $Node) {'],
    ["$name = 'EntraWritebackRelay'", "$name = 'EntraWritebackRelay"],
    ['[CmdletBinding()]', '[CmdletBinding('],
  ])('is not any more with %s as %s', async (right, wrong) => {
    const check = await powerShellCheck();
    const text = await readFile(join(service, installer), 'utf8');
    expect(text).toContain(right);
    expect(check(text.replace(right, wrong)).length).toBeGreaterThan(0);
  });
});
