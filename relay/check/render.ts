import { stripVTControlCharacters, styleText } from 'node:util';
import { type CheckLine, type CheckReport, titles } from './line.ts';

const marks = { ok: '✓', warning: '!', error: '✗' } as const;
const colours = { ok: 'green', warning: 'yellow', error: 'red' } as const;

/** The lines belong together by what they are about, and are told in this order. */
const areas: readonly (readonly [heading: string, ids: readonly CheckLine['id'][]])[] = [
  ['Domain controller', ['connection', 'certificate', 'clock']],
  ['Account', ['account', 'privileges', 'elsewhere', 'deleted-objects']],
  [
    'Forest',
    ['schema', 'functional-level', 'recycle-bin', 'exchange', 'upn-suffixes', 'source-of-authority'],
  ],
  ['Device registration', ['device-service', 'device-location', 'device-container']],
  ['Places', ['container', 'rights', 'rights-tested', 'too-many-rights']],
  ['Cloud', ['service-bus', 'policy']],
];

const titleWidth = Math.max(...Object.values(titles).map((title) => title.length));
/** A mark, the title, and two spaces behind each. */
const indent = ' '.repeat(titleWidth + 6);

/**
 * The list for a person: each line with what was found, and with what to do about it. Details are broken at `width`;
 * remedies are not, because somebody will copy them.
 */
export function renderReport({ lines, status }: CheckReport, width = Number.POSITIVE_INFINITY): string {
  const parts = areas.flatMap(([heading, ids]) => {
    const within = lines.filter(({ id }) => ids.includes(id));
    return within.length === 0
      ? []
      : [`${styleText('bold', heading)}\n`, ...within.map((line) => renderLine(line, width)), '\n'];
  });
  const end = status === 'ok' ? ' Everything that writeback needs is there.' : '';
  return `${parts.join('')}${styleText(['bold', colours[status]], sumOf(lines))}${end}\n`;
}

function renderLine({ id, title, status, detail, remedy }: CheckLine, width: number): string {
  const mark = styleText(colours[status], marks[status]);
  const name = title.padEnd(titleWidth);
  const text = wrapped(detail, width - indent.length).join(`\n${indent}`);
  const head = `  ${mark} ${status === 'ok' ? name : styleText(['bold', colours[status]], name)}  ${text}`;
  if (remedy === undefined) return `${head}\n`;
  const steps = remedy.split('\n').map((step) => `${indent}${styleText('cyan', '→')} ${step}\n`);
  return `${head} ${styleText('dim', `[${id}]`)}\n${steps.join('')}`;
}

/** Between words only: a DN or a command that is longer than a line stays whole. */
function wrapped(text: string, width: number): readonly string[] {
  const rows: string[] = [];
  for (const word of text.split(' ')) {
    const row = rows.at(-1);
    if (row !== undefined && stripVTControlCharacters(row).length + 1 + word.length <= width) {
      rows[rows.length - 1] = `${row} ${word}`;
    } else rows.push(word);
  }
  return rows;
}

function sumOf(lines: readonly CheckLine[]): string {
  const count = (wanted: CheckLine['status'], word: string): string => {
    const number = lines.filter(({ status }) => status === wanted).length;
    return `${number} ${word}${number === 1 ? '' : 's'}`;
  };
  return `${lines.length} checked, ${count('error', 'error')}, ${count('warning', 'warning')}.`;
}

/** The same for programs: one JSON document. */
export const renderJson = (report: CheckReport): string => `${JSON.stringify(report, null, 2)}\n`;

/** Exit status for monitoring: 0 all is well or only warnings, 1 an error (with `strict`, a warning too). */
export const exitStatus = ({ status }: CheckReport, strict = false): 0 | 1 =>
  status === 'error' || (strict && status === 'warning') ? 1 : 0;
