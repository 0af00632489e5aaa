import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableKey, textOfKey } from '../../../shared/state/stores/table-key.ts';

const text = fc.string({ unit: 'binary', maxLength: 60, size: 'max' });
const isForbidden = (character: string): boolean =>
  '/\\#?%'.includes(character) || character < ' ' || (character > '~' && character < '\u00a0');

describe('a key of Azure Table storage', () => {
  it('holds no forbidden character and gives the text back', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect([...tableKey(one)].filter(isForbidden)).toEqual([]);
        expect(textOfKey(tableKey(one))).toBe(one);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the order of the texts', () => {
    const near = fc.string({
      unit: fc.constantFrom(...'\0\u001f !"#$%&./0>?@[\\]~\u007f\u009f\u00a0é'),
      maxLength: 4,
    });
    fc.assert(
      fc.property(near, near, (one, other) => {
        expect(tableKey(one) < tableKey(other)).toBe(one < other);
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves the keys that we use as they are', () => {
    const key = '3a5c3221-c465-48c0-95b8-e9305786a271:group';
    expect(tableKey(key)).toBe(key);
  });

  it('says so when a key becomes too long', () => {
    expect(() => tableKey('/'.repeat(300))).toThrow('has 600 characters in Azure Table storage');
  });
});
