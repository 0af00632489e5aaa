import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';

export const root = resolve(import.meta.dirname, '../..');

/** Every page of the repository, in the order in which its commands are executed: what disturbs Graph comes last. */
export const pages: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md', { cwd: root }).sort(),
  ...globSync(['relay/**/*.md', 'infra/**/*.md', 'local/**/*.md'], {
    cwd: root,
    ignore: ['**/node_modules/**'],
  }).sort(),
];

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
