import { StateError } from '../state-error.ts';

/**
 * Keys of Azure Table storage may not hold `/ \ # ?`, nor control characters (U+0000–001F,
 * U+007F–009F); `%` is escaped too, as clients disagree on it. Each escaped character is written as
 * its nearest allowed predecessor and a rank, and so is that predecessor, so that the order of keys
 * stays the order of the text. A key has at most 1 KiB, which is 512 UTF-16 code units.
 *
 * Source: Understanding the Table service data model (Azure Storage REST reference).
 */
const tableKeyLimit = 512;

const ranks = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Predecessor and last character of each escaped run; the first run has its own mark, `!`, at the end. */
const runs = [
  { mark: '!', first: 0x00, last: 0x21 },
  { mark: '"', first: 0x22, last: 0x23 },
  { mark: '$', first: 0x24, last: 0x25 },
  { mark: '.', first: 0x2e, last: 0x2f },
  { mark: '>', first: 0x3e, last: 0x3f },
  { mark: '[', first: 0x5b, last: 0x5c },
  { mark: '~', first: 0x7e, last: 0x9f },
] as const;

const escaped = new Map<string, string>(
  runs.flatMap(({ mark, first, last }) =>
    Array.from({ length: last - first + 1 }, (_, rank): [string, string] => [
      String.fromCharCode(first + rank),
      mark + (ranks[rank] ?? ''),
    ]),
  ),
);
const plain = new Map<string, string>([...escaped].map(([character, code]) => [code, character]));
const marks: ReadonlySet<string> = new Set(runs.map(({ mark }) => mark));

/** The key of a table for any text. @throws StateError where it would be too long. */
export function tableKey(text: string): string {
  let key = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    key += escaped.get(character) ?? character;
  }
  if (key.length <= tableKeyLimit) return key;
  throw new StateError(
    'STATE_KEY_INVALID',
    `The key ${JSON.stringify(text.slice(0, 60))}… has ${key.length} characters in Azure Table storage, where some count twice; at most ${tableKeyLimit} fit.`,
  );
}

/** The text of which `tableKey` made the key. */
export function textOfKey(key: string): string {
  let text = '';
  for (let index = 0; index < key.length; index++) {
    const character = key.charAt(index);
    if (marks.has(character)) {
      index += 1;
      text += plain.get(character + key.charAt(index)) ?? '';
    } else text += character;
  }
  return text;
}
