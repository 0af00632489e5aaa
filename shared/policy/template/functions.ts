import { left, mid, right } from './text.ts';

/** Types inside a template. Everything ends as text. */
export type TemplateType = 'text' | 'number' | 'list';
export type TemplateValue = string | number | readonly string[];

/**
 * A function as templates see it: fixed parameters, then any number of `rest`. The parser has
 * checked count and types, so `call` gets what its parameters say.
 */
export type TemplateFunction = {
  readonly parameters: readonly TemplateType[];
  readonly rest?: TemplateType;
  readonly result: 'text' | 'list';
  readonly about: string;
  readonly call: (args: readonly TemplateValue[]) => string | readonly string[];
};

const text = (value: TemplateValue | undefined): string => (typeof value === 'string' ? value : '');
const number = (value: TemplateValue | undefined): number => (typeof value === 'number' ? value : 0);
const list = (value: TemplateValue | undefined): readonly string[] => (Array.isArray(value) ? value : []);

/** The functions of Entra Cloud Sync's attribute mapping that names and places need, with its names. */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  Left: {
    parameters: ['text', 'number'],
    result: 'text',
    about: 'The first characters.',
    call: ([source, length]) => left(text(source), number(length)),
  },
  Right: {
    parameters: ['text', 'number'],
    result: 'text',
    about: 'The last characters.',
    call: ([source, length]) => right(text(source), number(length)),
  },
  Mid: {
    parameters: ['text', 'number', 'number'],
    result: 'text',
    about: 'Characters from a position on, counted from 1.',
    call: ([source, start, length]) => mid(text(source), number(start), number(length)),
  },
  Trim: {
    parameters: ['text'],
    result: 'text',
    about: 'Without white space at both ends.',
    call: ([source]) => text(source).trim(),
  },
  ToLower: {
    parameters: ['text'],
    result: 'text',
    about: 'In lower case.',
    call: ([source]) => text(source).toLowerCase(),
  },
  ToUpper: {
    parameters: ['text'],
    result: 'text',
    about: 'In upper case.',
    call: ([source]) => text(source).toUpperCase(),
  },
  Append: {
    parameters: ['text', 'text'],
    result: 'text',
    about: 'The first text, then the second.',
    call: ([source, suffix]) => text(source) + text(suffix),
  },
  Replace: {
    parameters: ['text', 'text', 'text'],
    result: 'text',
    about: 'Every occurrence of the second text replaced by the third.',
    call: ([source, find, by]) =>
      text(find) === '' ? text(source) : text(source).replaceAll(text(find), () => text(by)),
  },
  NormalizeDiacritics: {
    parameters: ['text'],
    result: 'text',
    about: 'Accents taken off: é becomes e.',
    call: ([source]) =>
      text(source)
        .normalize('NFD')
        .replace(/\p{Mn}/gu, ''),
  },
  Coalesce: {
    parameters: ['text'],
    rest: 'text',
    result: 'text',
    about: 'The first of the texts that is not empty.',
    call: (texts) => texts.map(text).find((one) => one.trim() !== '') ?? '',
  },
  Join: {
    parameters: ['text', 'text'],
    rest: 'text',
    result: 'text',
    about: 'The texts that are not empty, with the first text between them.',
    call: ([separator, ...texts]) =>
      texts
        .map(text)
        .filter((one) => one !== '')
        .join(text(separator)),
  },
  Switch: {
    parameters: ['text', 'text', 'text', 'text'],
    rest: 'text',
    result: 'text',
    about:
      'Switch(value, default, key1, result1, key2, result2 …): the result of the key that equals the value.',
    call: ([value, otherwise, ...pairs]) => {
      for (let at = 0; at + 1 < pairs.length; at += 2) {
        if (text(pairs[at]) === text(value)) return text(pairs[at + 1]);
      }
      return text(otherwise);
    },
  },
  Split: {
    parameters: ['text', 'text'],
    result: 'list',
    about: 'The parts of the first text between occurrences of the second.',
    call: ([source, separator]) =>
      text(separator) === '' ? [text(source)] : text(source).split(text(separator)),
  },
  Item: {
    parameters: ['list', 'number'],
    result: 'text',
    about: 'One of a list, counted from 1; empty where the list is shorter.',
    call: ([items, index]) => list(items)[number(index) - 1] ?? '',
  },
};
