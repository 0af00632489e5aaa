import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fileStore, type StateStore } from '../../../shared/state/index.ts';
import { collect } from './support/collect.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
let path: string;
beforeEach(() => {
  path = join(folder, String(count++), 'state.jsonl');
});

const contents = async (store: StateStore): Promise<Record<string, unknown>> =>
  Object.fromEntries((await collect(store.list('p'))).map(({ key, value }) => [key, value]));
const write = async (values: Record<string, unknown>): Promise<void> => {
  const store = await fileStore(path);
  for (const [key, value] of Object.entries(values)) await store.put('p', key, value, 'any');
  await store.close();
};
const lines = (): readonly string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

describe('a store in a file', () => {
  it('has everything again after it was closed, versions included', async () => {
    await write({ a: 1, b: { deep: ['ß'] } });
    const first = await fileStore(path);
    const version = (await first.get('p', 'a'))?.version ?? '';
    await first.delete('p', 'b');
    await first.close();
    const second = await fileStore(path);
    expect(await contents(second)).toEqual({ a: 1 });
    expect((await second.put('p', 'a', 2, { version })).result).toBe('stored');
    await second.close();
  });

  it('has everything that was acknowledged when the process is gone without closing', async () => {
    const store = await fileStore(path);
    await Promise.all(Array.from({ length: 200 }, (_, index) => store.put('p', `k${index}`, index, 'any')));
    const other = await fileStore(path);
    expect(Object.keys(await contents(other))).toHaveLength(200);
    await other.close();
    await store.close();
  });

  it('drops a torn last line, wherever it was torn, and goes on after it', async () => {
    await write({ a: 1, b: 2, c: 'ß'.repeat(20) });
    const whole = readFileSync(path);
    const start = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let cut = start; cut < whole.length; cut++) {
      writeFileSync(path, whole);
      truncateSync(path, cut);
      const store = await fileStore(path);
      expect(await contents(store)).toEqual({ a: 1, b: 2 });
      await store.put('p', 'd', 4, 'any');
      await store.close();
      const again = await fileStore(path);
      expect(await contents(again)).toEqual({ a: 1, b: 2, d: 4 });
      await again.close();
    }
  });

  it('drops a last line whose middle never reached the disk', async () => {
    await write({ a: 1 });
    appendFileSync(path, `{"partition":"p","key":"b",\0\0\0}\n`);
    const store = await fileStore(path);
    expect(await contents(store)).toEqual({ a: 1 });
    await store.close();
  });

  it('refuses damage that no crash explains, and names the line', async () => {
    await write({ a: 1, b: 2 });
    writeFileSync(path, ['rubbish', ...lines(), ''].join('\n'));
    await expect(fileStore(path)).rejects.toThrow(`Line 1 of ${path} is damaged. Delete that line`);
  });

  it('is compacted when most of it is history, and loses nothing by that', async () => {
    const store = await fileStore(path);
    await store.put('p', 'kept', 'since ever', 'any');
    for (let round = 0; round < 1500; round++) void store.put('p', 'a', round, 'any');
    await store.put('p', 'b', 'last', 'any');
    await store.put('p', 'c', 'after', 'any');
    await store.close();
    expect(lines().length).toBeLessThan(20);
    const again = await fileStore(path);
    expect(await contents(again)).toEqual({ a: 1499, b: 'last', c: 'after', kept: 'since ever' });
    await again.close();
  });

  it('gives no version twice, even when what had it was deleted and compacted away', async () => {
    const store = await fileStore(path);
    const first = await store.put('p', 'a', 1, 'any');
    for (let round = 0; round < 1200; round++) void store.put('p', 'a', round, 'any');
    const last = await store.put('p', 'a', 'end', 'any');
    await store.delete('p', 'a');
    for (let round = 0; round < 1200; round++) {
      void store.put('p', 'b', round, 'any');
      void store.delete('p', 'b');
    }
    await store.delete('p', 'b');
    await store.close();
    const again = await fileStore(path);
    const fresh = await again.put('p', 'a', 2, 'any');
    const numbers = [first, last, fresh].map((put) => Number(put.result === 'stored' && put.version));
    expect(numbers[2]).toBeGreaterThan(numbers[1] ?? Number.NaN);
    await again.close();
  });

  it('stops writing when another process has written to the file', async () => {
    const store = await fileStore(path);
    await store.put('p', 'a', 1, 'any');
    appendFileSync(path, readFileSync(path));
    await expect(store.put('p', 'b', 2, 'any')).rejects.toThrow('was written by another process');
    await expect(store.put('p', 'c', 3, 'any')).rejects.toThrow('was written by another process');
    await store.close();
  });
});
