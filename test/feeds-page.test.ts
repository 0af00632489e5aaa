import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { expect, it } from 'vitest';

const page = readFileSync('docs/feeds.md', 'utf8');

/** Timers of the functions by name, with their schedules. */
const timers = new Map(
  globSync('functions/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/triggers\.timer\('(\w+)', \{\s*schedule: '([^']+)'/g)].map(
      ([, name = '', schedule = '']) => [name, schedule] as const,
    ),
  ),
);

it('the page about feeds names timers that exist, with the schedules that they have', () => {
  const named = [...page.matchAll(/^\| `(\w+)` \| `([^`]+)` \|/gm)].map(
    ([, name = '', schedule = '']) => [name, schedule] as const,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const [name, schedule] of named) expect([name, timers.get(name)]).toEqual([name, schedule]);
});

it.each([
  [
    'the repeats of a doorbell',
    'shared/flow/feed/drain-feed.ts',
    /repeatsMs = \[2000, 10_000, 60_000\]/,
    'after 2, 10 and 60 s',
  ],
  [
    'what a batch gathers',
    'shared/flow/feed/feed-batch.ts',
    /objects: 1000, members: 10_000/,
    '1,000 objects or 10,000 members',
  ],
  ['the largest delta', 'shared/flow/feed/feed-batch.ts', /mostOfOne = 5000/, 'more than 5,000 members'],
  [
    'objects that are compared together',
    'shared/flow/sweep/compare.ts',
    /mostObjects = 150/,
    'up to 150 objects',
  ],
  [
    'how long the feed outranks a read',
    'shared/flow/evaluate/membership-history.ts',
    /recentMs = 15 \* 60/,
    'the last 15 minutes',
  ],
  [
    'the rest between renewing and reauthorising',
    'shared/graph/subscriptions/plan.ts',
    /restMs = 10 \* 60/,
    'within ten minutes',
  ],
])('the page about feeds says %s as the code has it', (_what, file, code, words) => {
  expect(readFileSync(file, 'utf8')).toMatch(code);
  expect(page.replaceAll('\n', ' ')).toContain(words);
});
