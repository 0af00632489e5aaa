import { expect, it } from 'vitest';
import { createFreeSlots } from '../../relay/session/free-slots.ts';

it('a slot is free while it waits for a session, and no more when one has come or could not be had', async () => {
  const free = createFreeSlots();
  expect(free.any()).toBe(false);
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  const slots = [free.whileWaiting(first.promise), free.whileWaiting(second.promise)];
  expect(free.any()).toBe(true);
  first.resolve('session');
  expect(await slots[0]).toBe('session');
  expect(free.any()).toBe(true);
  second.reject(new Error('no connection'));
  await expect(slots[1]).rejects.toThrow('no connection');
  expect(free.any()).toBe(false);
});
