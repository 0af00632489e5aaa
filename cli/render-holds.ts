import { styleText } from 'node:util';
import { inNumbers } from '../shared/domain/index.ts';
import type { HeldPlan } from '../shared/state/index.ts';

type Summary = Omit<HeldPlan, 'plan' | 'intent'>;

/** Held plans as a list for the terminal, with the command that shows each. */
export function renderHolds(holds: readonly Summary[]): string {
  if (holds.length === 0) return 'No held plans.';
  return holds.flatMap(renderHold).join('\n');
}

function renderHold(hold: Summary): readonly string[] {
  const { holdId, state, displayName, object, counts, why, heldAt, expiresAt, decision } = hold;
  return [
    `${styleText('bold', displayName)}  ${styleText('dim', `${object.kind} ${object.id}`)}`,
    `  ${holdId}  ${styleText(state === 'open' ? 'yellow' : 'dim', state)}  ${inNumbers(counts)}`,
    ...why.map((one) => `  ${one}`),
    `  held ${heldAt}, expires ${expiresAt}`,
    ...(decision ? [`  ${decision.verdict} by ${decision.person}: ${decision.reason}`] : []),
    styleText('dim', `  entra-writeback holds show ${holdId}`),
    '',
  ];
}
