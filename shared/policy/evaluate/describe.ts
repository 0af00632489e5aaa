import { type Decision, reasonCodes } from '../../domain/index.ts';

/** A decision in one or two sentences for people. */
export function describe(decision: Decision, name: string): string {
  const why = reasonCodes[decision.reason];
  const by = decision.rule === null ? '' : ` Rule "${decision.rule}".`;
  return `${verb(decision, name)} ${why}${by}`;
}

function verb(decision: Decision, name: string): string {
  switch (decision.outcome) {
    case 'write':
      return `"${name}" is written to AD.`;
    case 'freeze':
      return `"${name}" stays in AD as it is, if it is there, and is not updated.`;
    case 'ignore':
      return `"${name}" is not written to AD.`;
    case 'remove': {
      const when = decision.graceDays > 0 ? ` after ${decision.graceDays} days` : '';
      const where = decision.quarantine === undefined ? '' : `, moved to ${decision.quarantine}`;
      return `"${name}" ${endings[decision.mode]}${where}${when}.`;
    }
  }
}

const endings = {
  delete: 'is deleted from AD',
  distribution: 'becomes a distribution group in AD, which takes its access away',
  strip: 'loses all its members in AD',
  quarantine: 'is put into quarantine in AD',
  disable: 'is disabled in AD',
} as const satisfies Record<Extract<Decision, { outcome: 'remove' }>['mode'], string>;
