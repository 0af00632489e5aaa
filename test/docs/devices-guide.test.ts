import { describe, expect, it } from 'vitest';
import { titles } from '../../relay/check/line.ts';
import { directoryErrorCodes } from '../../relay/directory/index.ts';
import { reasonCodes, violationCodes } from '../../shared/domain/index.ts';
import { textOf } from './pages.ts';

/** The table that leads from what one sees to the line of `check` that finds it. */
const rows =
  textOf('docs/devices.md')
    .split('## Troubleshoot')[1]
    ?.split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.split('|').slice(1)) ?? [];
const codesIn = (text = ''): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('troubleshooting of devices', () => {
  it('names lines that check has, all that it has of devices among them', () => {
    const named = rows.flatMap(([, line]) => codesIn(line));
    expect(named.filter((id) => !(id in titles))).toEqual([]);
    expect(named).toEqual(
      expect.arrayContaining(Object.keys(titles).filter((id) => id.startsWith('device-'))),
    );
  });

  it('names codes that there are', () => {
    const known = new Set([
      ...Object.keys(violationCodes),
      ...Object.keys(reasonCodes),
      ...Object.keys(directoryErrorCodes),
    ]);
    const named = rows.flatMap(([symptom]) => codesIn(symptom)).filter((code) => /^[A-Z_]+$/.test(code));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });
});
