import { memberReasonCodes, reasonCodes, violationCodes } from '../../domain/index.ts';

/** The reference of reason codes and violations as a Markdown page. */
export const reasonCodesPage = (): string =>
  `${[
    '# Reason codes and violations',
    'Generated from the code by `node docs/generate.ts`. Codes are stable: they are never renamed, and a code that is no longer used is not given another meaning.',
    '## Why an object is written, frozen, removed or ignored',
    'The `reason` of a decision, an intent, an outcome and an audit entry.',
    table(['Code', 'Means'], Object.entries(reasonCodes)),
    '## Why a member is left out of an AD group',
    'The `reason` of an entry of `leftOut`.',
    table(['Code', 'Means'], Object.entries(memberReasonCodes)),
    '## Violations',
    'Something the policy forbids or a person must know. A violation opens once, is updated, and resolves itself when its cause is gone.',
    table(
      ['Code', 'Severity', 'Means', 'What to do'],
      Object.entries(violationCodes).map(([code, { severity, meaning, remedy }]) => [
        code,
        severity,
        meaning,
        remedy,
      ]),
    ),
  ].join('\n\n')}\n`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const code = ([first = '', ...rest]: readonly string[]): readonly string[] => [`\`${first}\``, ...rest];
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(code(row)))].join('\n');
}
