import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';

/** The rooms of the house, and who may look into which: imports run downwards only (design §2). */

const root = resolve(import.meta.dirname, '..');
const files = globSync(['functions/**/*.ts', 'shared/**/*.ts', 'relay/**/*.ts'], { cwd: root });

const importsOf = (file: string): readonly string[] => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import) '(\.[^']+)'/g)].map(([, path]) =>
    relative(root, resolve(root, dirname(file), path ?? '')),
  );
};

/** What the files below `from` must not import. */
const forbidden: readonly { readonly from: string; readonly never: readonly string[] }[] = [
  { from: 'functions/', never: ['relay/', 'local/', 'test/', 'cli/'] },
  { from: 'shared/', never: ['functions/', 'relay/', 'local/', 'test/', 'cli/'] },
  {
    from: 'relay/',
    never: ['functions/', 'local/', 'test/', 'shared/graph/', 'shared/state/', 'shared/flow/'],
  },
  { from: 'shared/domain/', never: ['shared/bus/', 'shared/policy/', 'shared/classify/', 'shared/desired/'] },
  { from: 'shared/classify/', never: ['shared/bus/', 'shared/policy/', 'shared/graph/', 'shared/flow/'] },
  { from: 'shared/policy/', never: ['shared/bus/', 'shared/graph/', 'shared/state/', 'shared/flow/'] },
  { from: 'shared/desired/', never: ['shared/bus/', 'shared/graph/', 'shared/state/', 'shared/flow/'] },
  { from: 'relay/plan/', never: ['relay/directory/', 'relay/guard/', 'shared/bus/'] },
];

describe('imports', () => {
  it.each(forbidden)('of $from stay away from $never', ({ from, never }) => {
    const wrong = files
      .filter((file) => file.startsWith(from))
      .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
      .filter(([, target]) => never.some((place) => target.startsWith(place)));
    expect(wrong).toEqual([]);
  });
});

describe('the pure core', () => {
  const pure = ['shared/domain/', 'shared/classify/', 'shared/policy/', 'shared/desired/', 'relay/plan/'];
  const impure =
    /process\.env|Date\.now\(|new Date\(\)|Math\.random|from 'node:(fs|net|http|https|child_process|timers)/;

  it('knows no clock, no environment, no chance and no I/O', () => {
    const wrong = files
      .filter((file) => pure.some((place) => file.startsWith(place)))
      .filter((file) => impure.test(readFileSync(join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});
