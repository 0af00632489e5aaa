import type { Change, Moment, ObjectKind } from '../domain/index.ts';
import { changeOf, type FeedItem, type FeedPage, mergeFeedItems } from '../graph/index.ts';

/** Pages of a feed that travel together: their changes are sent, then their last link is kept. */
export type FeedBatch = {
  readonly items: readonly FeedItem[];
  readonly refused: readonly string[];
  readonly link: string;
  /** The round is over with these pages. */
  readonly isLast: boolean;
};

/** Most objects and members that are gathered before they are sent: a bound for memory, and for what a crash repeats. */
const most = { objects: 1000, members: 10_000 } as const;

/** The batch with one more page. */
export const withPage = (batch: FeedBatch | undefined, page: FeedPage): FeedBatch => ({
  items: [...(batch?.items ?? []), ...page.items],
  refused: [...(batch?.refused ?? []), ...page.refused],
  link: page.link,
  isLast: page.kind === 'delta',
});

/** Whether the batch goes out now. */
export function isFull({ items, isLast }: FeedBatch): boolean {
  return isLast || items.length >= most.objects || membersOf(items) >= most.members;
}

/** What a synchronisation that starts over cannot find out again: which objects have ended. */
export const onlyEnds = (batch: FeedBatch): FeedBatch => ({
  ...batch,
  items: batch.items.filter(({ removed }) => removed !== undefined),
});

const membersOf = (items: readonly FeedItem[]): number =>
  items.reduce((sum, { members }) => {
    if (members === undefined || members === 'unreadable') return sum;
    return sum + members.added.length + members.removed.length;
  }, 0);

/**
 * One change per object, however many pages and pieces it came in; the order of first appearance is
 * kept. An object that ended and came back gets two: the second brings the members that it has now,
 * and they must count as the feed's word when all members are read.
 */
export function changesOf(batch: FeedBatch, kind: ObjectKind, receivedAt: Moment): readonly Change[] {
  const lives: FeedItem[] = [];
  const last = new Map<FeedItem['id'], number>();
  for (const item of batch.items) {
    const at = last.get(item.id);
    const before = at === undefined ? undefined : lives[at];
    const cameBack = before?.removed !== undefined && item.removed === undefined;
    if (at === undefined || before === undefined || cameBack) last.set(item.id, lives.push(item) - 1);
    else lives.splice(at, 1, ...mergeFeedItems([before, item]));
  }
  return lives.map((item) => changeOf(item, kind, receivedAt));
}
