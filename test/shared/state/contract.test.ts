import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Entry, StateStore } from '../../../shared/state/index.ts';
import { collect } from './support/collect.ts';
import { storeKinds } from './support/stores.ts';

const all = collect<Entry>;
const keys = async (entries: AsyncIterable<Entry>) => (await all(entries)).map(({ key }) => key);

describe.each(storeKinds)('a store $name', ({ start }) => {
  let kind: Awaited<ReturnType<typeof start>>;
  let store: StateStore;
  beforeAll(async () => {
    kind = await start();
  });
  afterAll(() => kind.stop());
  beforeEach(async () => {
    store = await kind.open();
    return () => store.close();
  });

  const stored = async (partition: string, key: string, value: unknown): Promise<string> => {
    const put = await store.put(partition, key, value, 'any');
    if (put.result !== 'stored') throw new Error('An unconditional write conflicted.');
    return put.version;
  };

  it('knows nothing at first', async () => {
    expect(await store.get('p', 'k')).toBeUndefined();
    expect(await all(store.list('p'))).toEqual([]);
    expect(await store.delete('p', 'k')).toBe('deleted');
  });

  it('gives back the value and the version that it stored', async () => {
    const value = { text: 'ß — 😀', list: [1, 2.5, null, true], nested: { empty: {} } };
    const version = await stored('p', 'k', value);
    expect(await store.get('p', 'k')).toEqual({ key: 'k', value, version });
    expect(await all(store.list('p'))).toEqual([{ key: 'k', value, version }]);
  });

  it('keeps values apart from the objects that they were made of', async () => {
    const value = { list: [1] };
    await stored('p', 'k', value);
    value.list.push(2);
    const first = (await store.get('p', 'k'))?.value as { list: number[] };
    first.list.push(3);
    expect((await store.get('p', 'k'))?.value).toEqual({ list: [1] });
  });

  it('replaces a value as a whole', async () => {
    await stored('p', 'k', { long: 'x'.repeat(100_000) });
    await stored('p', 'k', { short: 1 });
    expect((await store.get('p', 'k'))?.value).toEqual({ short: 1 });
  });

  it('makes a new version with every write, even of the same value', async () => {
    const one = await stored('p', 'k', 1);
    const two = await stored('p', 'k', 1);
    expect(two).not.toBe(one);
  });

  it('stores under "absent" only where nothing is', async () => {
    expect((await store.put('p', 'k', 1, 'absent')).result).toBe('stored');
    expect(await store.put('p', 'k', 2, 'absent')).toEqual({ result: 'conflict' });
    expect((await store.get('p', 'k'))?.value).toBe(1);
  });

  it('stores under a version only while it is the current one', async () => {
    const version = await stored('p', 'k', 1);
    expect((await store.put('p', 'k', 2, { version })).result).toBe('stored');
    expect(await store.put('p', 'k', 3, { version })).toEqual({ result: 'conflict' });
    expect((await store.get('p', 'k'))?.value).toBe(2);
  });

  it('never takes an old version again after deleting and storing anew', async () => {
    const version = await stored('p', 'k', 1);
    await store.delete('p', 'k');
    expect(await store.put('p', 'k', 2, { version })).toEqual({ result: 'conflict' });
    await stored('p', 'k', 3);
    expect(await store.put('p', 'k', 4, { version })).toEqual({ result: 'conflict' });
    expect(await store.delete('p', 'k', { version })).toBe('conflict');
    expect((await store.get('p', 'k'))?.value).toBe(3);
  });

  it('deletes under a version only while it is the current one', async () => {
    const old = await stored('p', 'k', 1);
    const version = await stored('p', 'k', 2);
    expect(await store.delete('p', 'k', { version: old })).toBe('conflict');
    expect(await store.delete('p', 'k', { version })).toBe('deleted');
    expect(await store.get('p', 'k')).toBeUndefined();
    expect(await store.delete('p', 'k', { version })).toBe('deleted');
  });

  it('lets exactly one of many writers win', async () => {
    const version = await stored('p', 'k', 0);
    const puts = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.put('p', 'k', index, { version })),
    );
    expect(puts.filter(({ result }) => result === 'stored')).toHaveLength(1);
    const creations = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.put('p', 'new', index, 'absent')),
    );
    expect(creations.filter(({ result }) => result === 'stored')).toHaveLength(1);
  });

  it('keeps partitions apart', async () => {
    await stored('p', 'k', 1);
    await stored('q', 'k', 2);
    expect((await store.get('p', 'k'))?.value).toBe(1);
    await store.delete('p', 'k');
    expect((await store.get('q', 'k'))?.value).toBe(2);
    expect(await keys(store.list('p'))).toEqual([]);
  });

  it('tells case apart', async () => {
    await stored('p', 'k', 'small');
    await stored('p', 'K', 'large');
    expect((await store.get('p', 'k'))?.value).toBe('small');
    expect(await keys(store.list('p'))).toEqual(['K', 'k']);
  });

  const awkward = [
    '/',
    '\\',
    '#',
    '?',
    '%',
    '%2F',
    "'",
    '"',
    '.',
    '..',
    ' ',
    ' a ',
    '\t',
    '\u007f',
    '\u0085',
  ];
  const ordinary = ['a', 'a/', 'a/b', 'a.', 'a.b', 'a0', 'b', 'é', '😀', '!', '~', '+', '&', 'a:b', '[', '>'];

  it('takes any character in keys and lists them in the order of UTF-16 code units', async () => {
    const every = [...awkward, ...ordinary, 'k'.repeat(400), '/'.repeat(250)];
    for (const key of every) await stored('odd /\\#?%', key, { key });
    expect(await keys(store.list('odd /\\#?%'))).toEqual([...every].sort());
    for (const key of every) expect((await store.get('odd /\\#?%', key))?.value).toEqual({ key });
  });

  it('lists the keys from one (included) to another (excluded)', async () => {
    for (const key of ['a', 'a/1', 'a/2', 'b', 'c']) await stored('p', key, key);
    expect(await keys(store.list('p', { from: 'a/1', before: 'c' }))).toEqual(['a/1', 'a/2', 'b']);
    expect(await keys(store.list('p', { from: 'a/' }))).toEqual(['a/1', 'a/2', 'b', 'c']);
    expect(await keys(store.list('p', { before: 'a/2' }))).toEqual(['a', 'a/1']);
    expect(await keys(store.list('p', { from: 'x' }))).toEqual([]);
  });

  it('stops at the limit', async () => {
    for (const key of ['c', 'a', 'b']) await stored('p', key, 1);
    expect(await keys(store.list('p', { limit: 2 }))).toEqual(['a', 'b']);
    expect(await keys(store.list('p', { limit: 0 }))).toEqual([]);
    expect(await keys(store.list('p', { limit: 9 }))).toHaveLength(3);
  });

  it('lists more than one page', async () => {
    const many = Array.from({ length: 1100 }, (_, index) => `k${String(index).padStart(5, '0')}`);
    for (let start = 0; start < many.length; start += 50) {
      await Promise.all(many.slice(start, start + 50).map((key) => stored('many', key, 1)));
    }
    expect(await keys(store.list('many'))).toEqual(many);
  });

  it('keeps large values, also of characters with many bytes', async () => {
    for (const value of [
      'x'.repeat(40_000),
      'ß'.repeat(350_000),
      '😀'.repeat(175_000),
      'y'.repeat(716_786),
    ]) {
      await stored('p', 'large', { value });
      expect((await store.get('p', 'large'))?.value).toEqual({ value });
    }
  });

  it('refuses a value that is too large, and says how large it may be', async () => {
    await expect(store.put('p', 'k', 'x'.repeat(1_000_000), 'any')).rejects.toThrow(
      'The value of p k has 1000002 bytes; at most 716800 fit.',
    );
  });

  it('refuses what is not JSON', async () => {
    await expect(store.put('p', 'k', undefined, 'any')).rejects.toThrow('is not JSON (undefined)');
  });

  it('refuses keys that are empty, too long or not well-formed', async () => {
    for (const key of ['', 'k'.repeat(401), '\ud83d']) {
      await expect(store.put('p', key, 1, 'any')).rejects.toThrow('1 to 400 characters of well-formed text');
    }
  });
});
