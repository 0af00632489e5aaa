import { readFile } from 'node:fs/promises';
import { formatPolicyErrors, loadPolicy, type Policy } from '../../shared/policy/index.ts';
import { loadSettings, problemText } from '../settings/load-settings.ts';
import { probesOf } from './probes.ts';
import { exitStatus, renderJson, renderReport } from './render.ts';
import { runCheck } from './run-check.ts';

/** What the command line asks for. */
export type CheckOptions = {
  /** Path of relay.yaml. */
  readonly config: string;
  /** Path of policy.yaml, where it is at hand. */
  readonly policy?: string | undefined;
  readonly json?: boolean | undefined;
  /** Warnings count as errors for the exit status. */
  readonly strict?: boolean | undefined;
};

/** Where to print. */
export type CheckSurroundings = {
  say(text: string): void;
  complain(text: string): void;
  /** Columns of the terminal; absent: not a terminal, and nothing is broken into lines. */
  readonly width?: number | undefined;
};

/** `entra-writeback check`. Answers the exit status: 0 well, 1 an error was found, 2 relay.yaml or the policy is wrong. */
export async function checkCommand(options: CheckOptions, around: CheckSurroundings): Promise<0 | 1 | 2> {
  const loaded = await loadSettings(options.config);
  if (!loaded.ok) {
    for (const problem of loaded.problems) around.complain(`${options.config}: ${problemText(problem)}\n`);
    return 2;
  }
  const policy = await readPolicy(options.policy);
  if (typeof policy === 'string') {
    around.complain(policy);
    return 2;
  }
  const { settings } = loaded;
  const { allowPrivilegedAccount } = settings;
  const request = { settings, policy, policyFile: options.policy, allowPrivilegedAccount };
  const report = await runCheck(request, probesOf(settings));
  around.say(options.json === true ? renderJson(report) : renderReport(report, around.width));
  return exitStatus(report, options.strict);
}

/** The policy, nothing where none is given, or what is wrong with it. */
async function readPolicy(file: string | undefined): Promise<Policy | undefined | string> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    return cause instanceof Error ? cause : new Error(String(cause));
  });
  if (text instanceof Error) return `${file} cannot be read: ${text.message}\n`;
  const loaded = loadPolicy(text);
  return loaded.ok ? loaded.policy : `${formatPolicyErrors(loaded.errors, file)}\n`;
}
