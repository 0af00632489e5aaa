import { readFile } from 'node:fs/promises';
import { formatPolicyErrors, loadPolicy, type Policy } from '../../shared/policy/index.ts';
import { loadSettings, problemText } from '../load-settings.ts';
import type { RelaySettings } from '../settings.ts';
import type { StartConsent } from './refuse-to-start.ts';
import { exitStatus, renderJson, renderReport } from './render.ts';
import type { CheckProbes } from './request.ts';
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

/** What the caller brings: probes for what is outside of AD, made from the settings, and where to print. */
export type CheckSurroundings = {
  probes(settings: RelaySettings): CheckProbes;
  consent(settings: RelaySettings): StartConsent;
  say(text: string): void;
  complain(text: string): void;
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
  const report = await runCheck({ settings, policy, ...around.consent(settings) }, around.probes(settings));
  around.say(options.json === true ? renderJson(report) : renderReport(report));
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
