import { happens } from '../behaviour/chance.ts';
import type { World } from '../http/exchange.ts';
import type { Change } from '../tenant/change-log.ts';
import type { DirectoryObject, Json } from '../tenant/objects.ts';
import type { FeedPage } from './enumeration.ts';
import { type FeedShape, feedItem, isRelevant, type LinkOperation, operationsOf, tombstone } from './item.ts';
import type { FeedToken, Position } from './token.ts';

type Following = Extract<Position, { phase: 'changes' }>;

/** One object's changes within a page, not yet written as an item. */
type Draft = {
  readonly object: DirectoryObject;
  operations: Map<string, LinkOperation>;
  touched: Set<string> | undefined;
};

/**
 * One page of a later round: the changes after the position, folded by object as far as they fit. An object whose
 * changes lie far apart comes several times; read in order, the last word is always the right one.
 */
export const historyPage = (
  world: World,
  token: FeedToken,
  position: Following,
  shape: FeedShape,
): FeedPage => {
  const { tenant, behaviour, feedDraw } = world;
  const { objectsPerPage, membersPerPage, repeat } = behaviour.settings.feed;
  const page = createDrafts(world, token, shape);
  let budget = membersPerPage;
  let { offset } = position;

  for (const change of tenant.log.since(token.kind, position.after)) {
    if (change.sequence > token.horizon) break;
    if (!isRelevant(shape, change) || (token.ids && !token.ids.includes(change.object.id))) continue;
    if (budget === 0 || (page.size() === objectsPerPage && !page.has(change.object.id))) {
      const back = happens(repeat, feedDraw) ? Math.min(2, change.sequence - 1 - position.after - 1) : 0;
      return {
        items: page.items(),
        next: { phase: 'changes', after: change.sequence - 1 - Math.max(0, back), offset: 0 },
      };
    }
    const operations = operationsOf(shape, change);
    const fitting = operations.slice(offset, offset + budget);
    page.add(change, fitting);
    budget -= fitting.length;
    if (offset + fitting.length < operations.length) {
      const next = { phase: 'changes', after: change.sequence - 1, offset: offset + fitting.length } as const;
      return { items: page.items(), next };
    }
    offset = 0;
  }
  return { items: page.items(), next: undefined };
};

const createDrafts = ({ tenant }: World, token: FeedToken, shape: FeedShape) => {
  const items: Json[] = [];
  const drafts = new Map<string, Draft>();
  const seen = new Set<string>();

  const write = ({ object, operations, touched }: Draft) => {
    const isGone = !tenant.store.objects.has(object.id);
    items.push(
      isGone
        ? tombstone(object.id, false)
        : feedItem({ tenant, token, shape, object, operations: [...operations.values()], touched }),
    );
  };

  return {
    size: () => seen.size,
    has: (id: string) => seen.has(id),
    add: (change: Change, operations: readonly LinkOperation[]) => {
      const { object, event } = change;
      seen.add(object.id);
      const draft = drafts.get(object.id) ?? { object, operations: new Map(), touched: new Set<string>() };
      if (event === 'softDeleted' || event === 'purged') {
        drafts.delete(object.id);
        items.push(tombstone(object.id, event === 'softDeleted'));
        return;
      }
      if (event !== 'updated') draft.touched = undefined;
      for (const name of change.before.keys()) draft.touched?.add(name);
      for (const operation of operations)
        draft.operations.set(`${operation.link}/${operation.id}`, operation);
      drafts.set(object.id, draft);
    },
    items: (): readonly Json[] => {
      for (const draft of drafts.values()) write(draft);
      drafts.clear();
      return items;
    },
  };
};
