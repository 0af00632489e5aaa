import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { tryHold, withLock } from '../../../local/samba/lock.ts';
import { runProgram } from './program.ts';

it('is held by one at a time, and is free again after its release', async () => {
  const name = randomUUID();
  const hold = await tryHold(name);
  expect(hold).toBeDefined();
  expect(await tryHold(name)).toBeUndefined();
  await hold?.release();
  const again = await tryHold(name);
  expect(again).toBeDefined();
  await again?.release();
});

it('lets many workers through one after the other', async () => {
  const name = randomUUID();
  let inside = 0;
  const seen: number[] = [];
  const work = async () => {
    inside += 1;
    seen.push(inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 12 }, () => withLock(name, work)));
  expect(seen).toEqual(Array(12).fill(1));
});

it('is free again when the work fails', async () => {
  const name = randomUUID();
  const fail = () => withLock(name, () => Promise.reject(new Error('broken')));
  await expect(fail()).rejects.toThrow('broken');
  await expect(fail()).rejects.toThrow('broken');
});

it('excludes other processes, and is free the moment its holder is killed', async () => {
  const name = randomUUID();
  const holder = await runProgram('hold-lock.ts', name);
  expect(holder.firstLine).toBe('held');
  expect(await tryHold(name)).toBeUndefined();
  const mine = withLock(name, async () => 'mine');
  await holder.crash();
  expect(await mine).toBe('mine');
});
