import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { beforeAll, expect, test } from 'vitest';
import { repository } from '../../infra/package/folders.ts';

let code: string;
let alerts: string;
let workbook: string;

beforeAll(async () => {
  const paths = await glob(['functions/**/*.ts', 'shared/**/*.ts'], { cwd: repository, absolute: true });
  const read = (path: string): Promise<string> => readFile(path, 'utf8');
  code = (await Promise.all(paths.map(read))).join('\n');
  alerts = await read(join(repository, 'infra/modules/alerts.bicep'));
  workbook = await read(join(repository, 'infra/workbook.json'));
});

const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);

test('every function that a query asks for is registered under that name', () => {
  const asked = all(alerts + workbook, /Name has \\?"(\w+)\\?"/g);
  expect(asked.length).toBeGreaterThan(1);
  expect(all(code, /\.(?:http|timer|serviceBusQueue)\('(\w+)'/g)).toEqual(expect.arrayContaining([...asked]));
});

test('every event that a query asks for is written by the code', () => {
  const asked = all(alerts + workbook, /\\?"([a-z]+\.[a-zA-Z]+)\\?"/g).filter(
    (name) => !name.startsWith('schema.'),
  );
  expect(asked).toContain('message.rejected');
  expect(all(code, /'([a-z]+\.[a-zA-Z]+)'/g)).toEqual(expect.arrayContaining([...asked]));
});

test('the workbook shows the namespace that it is given', () => {
  expect(() => JSON.parse(workbook)).not.toThrow();
  expect(workbook).toContain('"{serviceBusId}"');
});
