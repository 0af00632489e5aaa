import type { CheckReport } from './line.ts';

const marks = { ok: 'ok     ', warning: 'WARNING', error: 'ERROR  ' } as const;

/** The list for a person: each line with what was found, and with what to do about it. */
export function renderReport({ lines, status }: CheckReport): string {
  const body = lines.map(({ id, title, status: mark, detail, remedy }) => {
    const head = `${marks[mark]}  ${title} [${id}]: ${detail}\n`;
    return remedy === undefined ? head : `${head}         → ${remedy}\n`;
  });
  const count = (wanted: string): number => lines.filter((line) => line.status === wanted).length;
  const sum = `${lines.length} checked, ${count('error')} errors, ${count('warning')} warnings.\n`;
  return [...body, status === 'ok' ? `${sum}Everything that writeback needs is there.\n` : sum].join('');
}

/** The same for programs: one JSON document. */
export const renderJson = (report: CheckReport): string => `${JSON.stringify(report, null, 2)}\n`;

/** Exit status for monitoring: 0 all is well or only warnings, 1 an error (with `strict`, a warning too). */
export const exitStatus = ({ status }: CheckReport, strict = false): 0 | 1 =>
  status === 'error' || (strict && status === 'warning') ? 1 : 0;
