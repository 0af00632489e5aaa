import type { Change, EntraId, Moment, ObjectKind } from '../../domain/index.ts';
import { changeOf, type FeedItem, type FeedPage, mergeFeedItems } from '../../graph/index.ts';

/** Pages of a feed that travel together: their changes are sent, then their last link is kept. */
export type FeedBatch = {
  /**
   * What was said of each object, in however many pages and pieces it came: one item, or one for each
   * of its lives. The second life brings the members that the object has now, and they must count as
   * the feed's word when all members are read.
   */
  readonly lives: ReadonlyMap<EntraId, readonly FeedItem[]>;
  readonly refused: readonly string[];
  readonly link: string;
  /** The round is over with these pages. */
  readonly isLast: boolean;
};

/** Most objects and members that are gathered before they are sent: a bound for memory, and for what a crash repeats. */
const most = { objects: 1000, members: 10_000 } as const;

/**
 * Most members of one object that are told one by one: a change with all of them fits into a message
 * (256 KB), and beyond it a complete read costs far less than asking for each.
 */
const mostOfOne = 5000;

/** The batch with one more page, so that what a feed repeats takes no more room. Objects keep the order of their first appearance. */
export function withPage(batch: FeedBatch | undefined, page: FeedPage): FeedBatch {
  const lives = new Map(batch?.lives);
  for (const item of page.items) lives.set(item.id, withItem(lives.get(item.id) ?? [], item));
  const refused = [...(batch?.refused ?? []), ...page.refused];
  return { lives, refused, link: page.link, isLast: page.kind === 'delta' };
}

function withItem(lives: readonly FeedItem[], item: FeedItem): readonly FeedItem[] {
  const last = lives.at(-1);
  const cameBack = last?.removed !== undefined && item.removed === undefined;
  if (last === undefined || cameBack) return [...lives, told(item)];
  return [...lives.slice(0, -1), ...mergeFeedItems([last, item]).map(told)];
}

/** Too many members to tell are as good as unreadable: only a complete read can tell them. */
const told = (item: FeedItem): FeedItem =>
  countOf(item) > mostOfOne ? { ...item, members: 'unreadable' } : item;

const countOf = ({ members }: FeedItem): number =>
  members === undefined || members === 'unreadable' ? 0 : members.added.length + members.removed.length;

/** Whether the batch goes out now. */
export const isFull = ({ lives, isLast }: FeedBatch): boolean =>
  isLast || lives.size >= most.objects || membersOf(lives) >= most.members;

const membersOf = (lives: FeedBatch['lives']): number =>
  [...lives.values()].flat().reduce((sum, item) => sum + countOf(item), 0);

/** What a synchronisation that starts over cannot find out again: which objects have ended. */
export const onlyEnds = (batch: FeedBatch): FeedBatch => ({
  ...batch,
  lives: new Map(
    [...batch.lives].map(([id, items]) => [id, items.filter(({ removed }) => removed !== undefined)]),
  ),
});

/** What a batch asks to be looked at. */
export const changesOf = ({ lives }: FeedBatch, kind: ObjectKind, receivedAt: Moment): readonly Change[] =>
  [...lives.values()].flat().map((item) => changeOf(item, kind, receivedAt));
