import { describe, expect, it } from 'vitest';
import { parseSlice } from '../../../relay/directory/members/slice.ts';

const entry = (name: string, count: number) => ({
  dn: 'CN=g',
  values: new Map([[name, Array.from({ length: count }, (_, index) => `m${index}`)]]),
});

describe('a slice of members', () => {
  it('that the server made shorter than asked says where to go on', () => {
    expect(parseSlice(entry('member;range=0-1499', 1500), 'g', 0).next).toBe(1500);
  });

  it('that ends with a star is the last one', () => {
    expect(parseSlice(entry('member;range=1500-*', 7), 'g', 1500)).toMatchObject({ next: undefined });
  });

  it('without ranges, from a server that does not know them, is all there is', () => {
    expect(parseSlice(entry('member', 3), 'g', 0)).toEqual({ values: ['m0', 'm1', 'm2'], next: undefined });
  });

  it('that is not there is the end', () => {
    expect(parseSlice({ dn: 'CN=g', values: new Map() }, 'g', 3000)).toEqual({ values: [], next: undefined });
  });

  it.each([
    ['has fewer values than it says', 'member;range=0-1499', 1400, 0],
    ['begins elsewhere', 'member;range=500-*', 10, 0],
  ])('that %s is an error, never a short list', (_why, name, count, from) => {
    expect(() => parseSlice(entry(name, count), 'CN=g', from)).toThrow('does not act on part of an answer');
  });
});
