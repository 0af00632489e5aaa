import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a tool of somebody else says of what is deployed; undefined where the tool is not installed. */
export type ToolResult = {
  readonly tool: string;
  readonly checks: string;
  readonly says: undefined | { readonly ok: boolean; readonly text: string };
};

/** Folders that are checked. */
export type Deployed = { readonly infra: string; readonly service: string };

type Tool = {
  readonly tool: string;
  readonly checks: string;
  /** Arguments; `scratch` is a folder for what the tool writes. */
  readonly args: (deployed: Deployed, scratch: string) => readonly string[];
  /** Where the exit code says too little: what its output must not, or must, say. */
  readonly accepts?: (output: string) => boolean;
};

/** The highest exposure that the unit may have, of 10 (`systemd-analyze security`). */
const highestExposure = 2;

/** Bicep ends with 0 where it only warns. */
const noComplaint = (output: string): boolean => !/\b(?:Error|Warning) /.test(output);

const unit = ({ service }: Deployed): string => join(service, 'linux/entra-writeback-relay.service');

const tools: readonly Tool[] = [
  {
    tool: 'bicep',
    checks: 'the infrastructure, as Azure reads it',
    args: ({ infra }, scratch) => ['build', join(infra, 'main.bicep'), '--outdir', scratch],
    accepts: noComplaint,
  },
  {
    tool: 'az',
    checks: 'the infrastructure, as Azure reads it',
    args: ({ infra }, scratch) => [
      'bicep',
      'build',
      '--file',
      join(infra, 'main.bicep'),
      '--outdir',
      scratch,
    ],
    accepts: noComplaint,
  },
  {
    tool: 'systemd-analyze',
    checks: 'that the unit of the relay is valid',
    args: (deployed) => ['verify', '--man=no', unit(deployed)],
    // Where Node is installed elsewhere, the unit is adapted by install.sh.
    accepts: (output) => output.replace(/^.*\/usr\/bin\/node is not executable.*$/gm, '').trim() === '',
  },
  {
    tool: 'systemd-analyze',
    checks: `that the unit is exposed to ${highestExposure} of 10 at most`,
    args: (deployed) => [
      ...['security', '--no-pager', '--offline=true', `--threshold=${highestExposure * 10}`],
      unit(deployed),
    ],
  },
  {
    tool: 'shellcheck',
    checks: 'the installer for Linux',
    args: ({ service }) => [join(service, 'linux/install.sh')],
  },
  {
    tool: 'mcs',
    checks: 'that the Windows service compiles as C# 5',
    args: ({ service }, scratch) => [
      ...[
        '-langversion:5',
        '-warnaserror',
        '-r:System.ServiceProcess',
        `-out:${join(scratch, 'service.exe')}`,
      ],
      join(service, 'windows/RelayService.cs'),
    ],
  },
  {
    tool: 'pwsh',
    checks: 'the installer for Windows, as PowerShell reads it',
    args: ({ service }) => [
      '-NoProfile',
      '-Command',
      `$errors = $null; [void][Management.Automation.Language.Parser]::ParseFile('${join(service, 'windows/Install-Relay.ps1')}', [ref]$null, [ref]$errors); $errors; exit $errors.Count`,
    ],
  },
  {
    tool: 'hadolint',
    checks: 'the container file',
    args: ({ service }) => [join(service, 'container/Containerfile')],
  },
];

/** Asks every tool that is installed. None of them needs a network. */
export function checkWithTools(deployed: Deployed): readonly ToolResult[] {
  const scratch = mkdtempSync(join(tmpdir(), 'entra-writeback-tools-'));
  try {
    return tools.map(({ tool, checks, args, accepts }) => {
      if (!isInstalled(tool)) return { tool, checks, says: undefined };
      const { status, stdout, stderr } = spawnSync(tool, args(deployed, scratch), { encoding: 'utf8' });
      const text = `${stdout}${stderr}`.trim();
      return { tool, checks, says: { ok: accepts ? accepts(text) : status === 0, text } };
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

export const isInstalled = (tool: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
