import { happens } from '../behaviour/chance.ts';
import type { World } from '../http/exchange.ts';
import type { Json } from '../tenant/objects.ts';
import { indexAfter } from '../tenant/sorted-ids.ts';
import { type FeedShape, feedItem, type LinkOperation, tombstone } from './item.ts';
import type { FeedToken, Position } from './token.ts';

export type FeedPage = { readonly items: readonly Json[]; readonly next: Position | undefined };

type Enumerating = Extract<Position, { phase: 'all' }>;

/**
 * One page of the first round: everything that exists, by id. A group with many members goes on over pages; what
 * changes meanwhile is in the history after the round's horizon, so nothing is lost if a page has passed it.
 */
export const enumerationPage = (
  world: World,
  token: FeedToken,
  position: Enumerating,
  shape: FeedShape,
): FeedPage => {
  const { tenant, behaviour, feedDraw } = world;
  const { objectsPerPage, membersPerPage, repeat } = behaviour.settings.feed;
  const ids = token.ids ?? tenant.store.live(token.kind);
  const items: Json[] = [];
  if (position.tombstones) items.push(...tenant.store.deleted(token.kind).map((id) => tombstone(id, true)));

  let budget = membersPerPage;
  let index =
    position.within === undefined ? indexAfter(ids, position.after) : indexOfOrAfter(ids, position.within);
  let afterMember = ids[index] === position.within ? position.afterMember : undefined;

  for (let objects = 0; index < ids.length; index++, objects++) {
    const id = ids[index] ?? '';
    if (objects === objectsPerPage || budget === 0) {
      const back = happens(repeat, feedDraw) ? Math.min(2, objects - 1) : 0;
      return { items, next: { phase: 'all', after: ids[index - 1 - back], tombstones: false } };
    }
    const object = tenant.find(id);
    if (!object || object.kind !== token.kind) continue;

    const { operations, lastMember } = membersOf(world, shape, id, afterMember, budget);
    budget -= operations.length;
    items.push(feedItem({ tenant, token, shape, object, operations, touched: undefined }));
    if (lastMember !== undefined) {
      return { items, next: { phase: 'all', within: id, afterMember: lastMember, tombstones: false } };
    }
    afterMember = undefined;
  }
  return { items, next: undefined };
};

const indexOfOrAfter = (ids: readonly string[], id: string): number => {
  const after = indexAfter(ids, id);
  return ids[after - 1] === id ? after - 1 : after;
};

/** The next members that fit; `lastMember` is set when some are left. */
const membersOf = (
  { tenant }: World,
  shape: FeedShape,
  id: string,
  after: string | undefined,
  budget: number,
) => {
  if (!shape.links.includes('members'))
    return { operations: ownersOf(tenant.store.links.of('owners', id), shape), lastMember: undefined };
  const members = tenant.store.links.of('members', id);
  const start = indexAfter(members, after);
  const some = members.slice(start, start + budget);
  const operations: LinkOperation[] = some.map((member) => ({ link: 'members', id: member, removed: false }));
  return {
    operations:
      after === undefined
        ? [...operations, ...ownersOf(tenant.store.links.of('owners', id), shape)]
        : operations,
    lastMember: start + some.length < members.length ? some.at(-1) : undefined,
  };
};

const ownersOf = (owners: readonly string[], shape: FeedShape): LinkOperation[] =>
  shape.links.includes('owners') ? owners.map((id) => ({ link: 'owners', id, removed: false })) : [];
