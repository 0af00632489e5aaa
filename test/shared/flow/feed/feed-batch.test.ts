import { describe, expect, it } from 'vitest';
import { EntraId, momentOf } from '../../../../shared/domain/index.ts';
import { changesOf, type FeedBatch, isFull, withPage } from '../../../../shared/flow/feed/feed-batch.ts';
import type { FeedItem, FeedPage } from '../../../../shared/graph/index.ts';

const id = (number: number): EntraId =>
  EntraId.parse(`3a5c3221-c465-48c0-95b8-${String(number).padStart(12, '0')}`);
const at = momentOf(new Date('2026-01-06T12:00:00Z'));
const item = (number: number, more: Partial<FeedItem> = {}): FeedItem => ({
  id: id(number),
  properties: {},
  ...more,
});
const page = (items: readonly FeedItem[], kind: FeedPage['kind'] = 'next'): FeedPage => ({
  outcome: 'page',
  items,
  refused: [],
  link: 'https://graph.test/next',
  kind,
});
const batchOf = (pages: readonly FeedPage[]): FeedBatch => {
  const batch = pages.reduce<FeedBatch | undefined>(withPage, undefined);
  if (!batch) throw new Error('There is no page.');
  return batch;
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('a batch of pages', () => {
  it('takes no more room for what a feed repeats', () => {
    const repeated = page(
      range(0, 10).map((number) => item(number, { members: { added: [id(99)], removed: [] } })),
    );
    const batch = batchOf(range(0, 500).map(() => repeated));
    expect(isFull(batch)).toBe(false);
    expect(changesOf(batch, 'group', at)).toHaveLength(10);
  });

  it('is sent at 1,000 objects, at 10,000 members, or when the round is over', () => {
    expect(isFull(batchOf([page(range(0, 999).map((number) => item(number)))]))).toBe(false);
    expect(isFull(batchOf([page(range(0, 1000).map((number) => item(number)))]))).toBe(true);
    const many = (number: number) =>
      item(number, { members: { added: range(0, 3400).map(id), removed: [] } });
    expect(isFull(batchOf([page([many(1), many(2)])]))).toBe(false);
    expect(isFull(batchOf([page([many(1), many(2)]), page([many(3)])]))).toBe(true);
    expect(isFull(batchOf([page([], 'delta')]))).toBe(true);
  });

  it('makes one change of a group that is spread over pages, the last word on each member', () => {
    const batch = batchOf([
      page([item(1, { members: { added: [id(10), id(11)], removed: [] } })]),
      page([item(2)]),
      page([item(1, { members: { added: [id(12)], removed: [id(10)] } })]),
    ]);
    expect(changesOf(batch, 'group', at)).toMatchObject([
      { id: id(1), membership: { delta: { added: [id(11), id(12)], removed: [id(10)] } } },
      { id: id(2), membership: { read: 'none' } },
    ]);
  });

  it('keeps the end of an object that came back apart from what it is now', () => {
    const batch = batchOf([
      page([item(1, { removed: 'softDeleted' })]),
      page([item(1, { members: { added: [id(10)], removed: [] } })]),
    ]);
    expect(changesOf(batch, 'group', at)).toMatchObject([
      { tombstone: 'softDeleted', membership: { read: 'none' } },
      { membership: { delta: { added: [id(10)] } } },
    ]);
  });
});
