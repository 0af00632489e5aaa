import { expect, it } from 'vitest';
import { createInbox } from '../../../local/sinks/inbox.ts';

const numbers = () => createInbox<number>((item) => `number ${item}`);

it('gives at once what has arrived already', async () => {
  const inbox = numbers();
  inbox.add(1);
  inbox.add(2);
  expect(await inbox.waitFor((item) => item > 1)).toBe(2);
});

it('wakes every waiter whose item arrives, and no other', async () => {
  const inbox = numbers();
  const waiters = [inbox.waitFor((item) => item === 3), inbox.waitFor((item) => item >= 2)];
  for (const item of [1, 2, 3]) inbox.add(item);
  expect(await Promise.all(waiters)).toEqual([3, 2]);
});

it('says what arrived instead when nothing fits in time', async () => {
  const inbox = numbers();
  inbox.add(7);
  await expect(inbox.waitFor((item) => item === 8, 1)).rejects.toThrow(
    'Nothing that fits arrived within 1 ms; 1 did:\n  number 7',
  );
});

it('passes on the error of a predicate instead of waiting', async () => {
  const inbox = numbers();
  const waiter = inbox.waitFor(() => {
    throw new Error('broken predicate');
  });
  inbox.add(1);
  await expect(waiter).rejects.toThrow('broken predicate');
});

it('forgets what it has when cleared', () => {
  const inbox = numbers();
  inbox.add(1);
  inbox.clear();
  expect(inbox.all()).toEqual([]);
});
