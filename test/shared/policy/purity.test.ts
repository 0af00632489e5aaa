import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;
const files = globSync(['shared/{classify,policy,desired}/**/*.ts'], { cwd: root });
const sources = files.map((file) => ({ file, text: readFileSync(`${root}${file}`, 'utf8') }));

it('the core imports nothing that reaches outside', () => {
  const allowed = /^(zod|yaml|re2js|node:crypto|\.{1,2}\/.*)$/;
  const outside = /(graph|bus|state|alerts|flow)\/|\.\.\/\.\.\/\.\.\/|\.\.\/(functions|relay|local)\//;
  const strange = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/from '([^']+)'/g)]
      .map(([, module = '']) => module)
      .filter((module) => !allowed.test(module) || outside.test(module))
      .map((module) => `${file}: ${module}`),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(strange).toEqual([]);
});

it('the core knows no clock, chance, environment or console', () => {
  const forbidden = /\b(Date\.now|new Date\(|Math\.random|process\.|console\.|fetch\(|setTimeout)/;
  expect(sources.filter(({ text }) => forbidden.test(text)).map(({ file }) => file)).toEqual([]);
});
