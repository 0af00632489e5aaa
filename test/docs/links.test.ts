import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, root, textOf } from './pages.ts';

type Link = { readonly file: string; readonly anchor: string };

/** What is no code: links in code are none. */
const prose = (page: string): string => textOf(page).replace(/^```[\s\S]*?^```/gm, '');

/** Links of a page that stay in the repository. */
const linksOf = (page: string): readonly Link[] =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { file: path === '' ? page : relative(root, resolve(root, dirname(page), path)), anchor };
    });

/** The anchors of a page, as GitHub makes them of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
      const anchor = heading
        .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-');
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}

describe('the documents', () => {
  it.each(pages)('%s links only to what exists', (page) => {
    const missing = linksOf(page).filter(({ file }) => !existsSync(resolve(root, file)));
    expect(missing).toEqual([]);
  });

  it.each(pages)('%s links to headings that exist', (page) => {
    const wrong = linksOf(page).filter(
      ({ file, anchor }) => anchor !== '' && !(file.endsWith('.md') && anchorsOf(file).has(anchor)),
    );
    expect(wrong).toEqual([]);
  });

  it('are all named in the index', () => {
    const named = new Set(linksOf('docs/README.md').map(({ file }) => file));
    const all = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
    const forgotten = all.filter((page) => !named.has(page));
    expect(forgotten, 'Give each page a row in docs/README.md.').toEqual([]);
  });

  it.each(pages)('%s begins with its title', (page) => {
    expect(textOf(page)).toMatch(/^# \S/);
  });
});
