import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import {
  type LocalAnswer,
  type LocalRequest,
  leaveRequest,
  takeAnswer,
} from '../relay/person/local-requests.ts';
import { loadSettings, problemText } from '../relay/settings/load-settings.ts';
import type { RelaySettings } from '../relay/settings/settings.ts';

/** Who asks, and why: what is done on the machine of a relay is recorded with both. */
export type Consent = { readonly person: string; readonly reason: string };

/** The person, unless another is named: whoever is logged on. */
export const personOption = (): Option =>
  new Option('--person <name>', 'who decides').default(userInfo().username, 'who is logged on');

export const reasonOption = (): Option =>
  new Option('--reason <text>', 'why; it is kept in the records').makeOptionMandatory();

/** The settings of the relay on this machine. Throws with every problem of the file. */
export async function relaySettings(config: string): Promise<RelaySettings> {
  const loaded = await loadSettings(config);
  if (loaded.ok) return loaded.settings;
  throw new Error(loaded.problems.map((problem) => `${config}: ${problemText(problem)}`).join('\n'));
}

const patienceMs = 60_000;
const lookEveryMs = 200;

/**
 * Hands a request to the running relay by its state directory, which only its own account and
 * administrators can write, and waits for the answer.
 */
export async function askRelay(stateDirectory: string, request: LocalRequest): Promise<LocalAnswer> {
  const id = `${new Date().toISOString().replace(/\D/g, '')}-${randomUUID()}`;
  await leaveRequest(stateDirectory, id, request);
  const end = performance.now() + patienceMs;
  for (;;) {
    const answer = await takeAnswer(stateDirectory, id);
    if (answer) return answer;
    if (performance.now() > end)
      throw new Error(
        `The relay has not answered within ${patienceMs / 1000} s. It does what was asked when it runs again; its log and its health endpoint tell.`,
      );
    await sleep(lookEveryMs);
  }
}

/** Prints what came of a request; what was not done ends with exit code 1. */
export function sayAnswer({ result, code, message }: LocalAnswer): void {
  console.log([result, code, message].filter((part) => part !== undefined).join('  '));
  if (result !== 'applied' && result !== 'unchanged') process.exitCode = 1;
}
