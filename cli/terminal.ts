import { stripVTControlCharacters, styleText } from 'node:util';

/** Words of the terminal: how pages look, in one place. */

export const heading = (text: string): string => styleText(['bold', 'underline'], text);
export const dim = (text: string): string => styleText('dim', text);
export const good = (text: string): string => styleText('green', text);
export const warn = (text: string): string => styleText('yellow', text);
export const bad = (text: string): string => styleText('red', text);

const widthOf = (text: string): number => stripVTControlCharacters(text).length;
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Rows in columns that are as wide as their widest cell; colours do not count. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
    });
  return rows.map((row) =>
    `${indent}${row.map((cell, index) => pad(cell, index === row.length - 1 ? 0 : (widths[index] ?? 0))).join('  ')}`.trimEnd(),
  );
}

/** A length of time as people say it: 12 s, 3 min, 5 h, 2 d. */
export function span(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** Milliseconds as people say them: 240 ms, 1.3 s, 2 min. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : span(ms / 1000);
}

/** Colours a text by how serious a violation is. */
export const bySeverity = (severity: string, text: string): string =>
  severity === 'critical' || severity === 'error' ? bad(text) : severity === 'warning' ? warn(text) : text;
