import { expect, it } from 'vitest';
import { allPrintable, printable } from '../../cli/printable.ts';

it('leaves nothing in a text that a terminal would obey', () => {
  expect(printable('a\u001b[2Jb\r\nc\u0000d\u202ee\u2028f')).toBe('a [2Jb c d e f');
});

it('leaves names of all scripts as they are', () => {
  const name = 'Zoë 李小龍 👩‍💻 می‌خواهم';
  expect(printable(name)).toBe(name);
});

it('cleans every text in an answer, and nothing else', () => {
  expect(allPrintable({ value: [{ displayName: 'a\nb', count: 1, none: null, on: true }] })).toEqual({
    value: [{ displayName: 'a b', count: 1, none: null, on: true }],
  });
});
