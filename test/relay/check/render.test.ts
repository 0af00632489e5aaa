import { describe, expect, test } from 'vitest';
import { renderReport } from '../../../relay/check/index.ts';
import { type CheckId, error, ok, reportOf, titles, warning } from '../../../relay/check/line.ts';

describe('the list for a person', () => {
  const long = `The ${'long '.repeat(30)}sentence.`;
  const command = `entra-writeback prepare groups --account svc --ou "OU=${'Very '.repeat(20)}Long" --apply`;

  test('shows every line that there can be, once, under what it is about', () => {
    const ids = Object.keys(titles) as CheckId[];
    const text = renderReport(reportOf(ids.map((id) => ok(id, `detail of ${id}`))));
    for (const id of ids) {
      const rows = text.split('\n').filter((row) => row.endsWith(`  detail of ${id}`));
      expect(rows).toEqual([expect.stringContaining(`✓ ${titles[id]}`)]);
    }
    expect(text).toMatch(/\d+ checked, 0 errors, 0 warnings\. Everything that writeback needs is there\.\n$/);
  });

  test('breaks what was found at the width of the terminal, and never what is to be copied', () => {
    const text = renderReport(reportOf([error('rights', long, command)]), 100);
    const rows = text.split('\n');
    const [remedy] = rows.filter((row) => row.includes('→'));
    expect(remedy?.trim()).toBe(`→ ${command}`);
    expect(rows.filter((row) => row !== remedy && row.length > 100 + ' [rights]'.length)).toEqual([]);
    expect(text.replace(/\s+/g, ' ')).toContain(long);
  });

  test('names the line as the guides do where something is wrong, and counts', () => {
    const report = reportOf([
      ok('clock', 'fine'),
      warning('policy', 'odd', 'look'),
      error('schema', 'bad', 'do'),
    ]);
    const text = renderReport(report);
    expect(text).toMatch(/! Policy +odd \[policy\]\n +→ look/);
    expect(text).toMatch(/✗ Schema +bad \[schema\]\n +→ do/);
    expect(text).toContain('3 checked, 1 error, 1 warning.');
    expect(text).not.toContain('[clock]');
  });
});
