import { happens } from '../behaviour/chance.ts';
import { contextOf, type GraphRequest, ok, type Reply, selected, type World } from '../http/exchange.ts';
import { GraphError, unsupportedQuery } from '../http/graph-error.ts';
import { schemaOf } from '../odata/schema.ts';
import { enumerationPage, type FeedPage } from './enumeration.ts';
import { filteredIds } from './filtered-ids.ts';
import { historyPage } from './history.ts';
import { type FeedShape, shapeOf } from './item.ts';
import { type FeedKind, type FeedToken, openFeedToken, sealFeedToken } from './token.ts';

const unsupported = ['$expand', '$top', '$orderby', '$search', '$count'];

/** How many changes of the round before a replay brings again. */
const replayed = 5;

/** Answers a call of `/groups/delta`, `/users/delta` or `/devices/delta`. */
export const deltaReply = (request: GraphRequest, world: World, kind: FeedKind): Reply => {
  const { query } = request;
  const refused = unsupported.find((name) => query.has(name));
  if (refused)
    throw unsupportedQuery(`${refused} is not supported by delta queries of ${schemaOf(kind).collection}.`);

  const skipToken = query.get('$skiptoken');
  const deltaToken = query.get('$deltatoken');
  const isMinimal = /return=minimal/i.test(request.header('prefer') ?? '');
  if (skipToken) return pageReply(request, world, checked(request, world, skipToken, kind));
  if (deltaToken && deltaToken !== 'latest') {
    return pageReply(request, world, nextRound(world, checked(request, world, deltaToken, kind), isMinimal));
  }
  const first = firstRound(request, world, kind, deltaToken === 'latest');
  return pageReply(request, world, { ...first, minimal: isMinimal });
};

const visibleHorizon = ({ tenant, behaviour }: World): number => {
  const { lagMs } = behaviour.settings.feed;
  return lagMs === 0 ? tenant.log.last() : tenant.log.lastAsOf(tenant.now() - lagMs);
};

const firstRound = (request: GraphRequest, world: World, kind: FeedKind, isLatest: boolean): FeedToken => {
  const horizon = visibleHorizon(world);
  const ids = filteredIds(request.query.get('$filter'));
  return {
    kind,
    use: 'next',
    position: isLatest
      ? { phase: 'changes', after: horizon, offset: 0 }
      : { phase: 'all', tombstones: world.behaviour.settings.feed.tombstonesFirst },
    horizon,
    select: request.query.get('$select'),
    ids,
    minimal: false,
    issuedAt: world.tenant.now(),
  };
};

const nextRound = (world: World, token: FeedToken, minimal: boolean): FeedToken => {
  const back = happens(world.behaviour.settings.feed.replay, world.feedDraw) ? replayed : 0;
  return {
    ...token,
    use: 'next',
    minimal,
    position: { phase: 'changes', after: Math.max(0, token.horizon - back), offset: 0 },
    horizon: Math.max(token.horizon, visibleHorizon(world)),
    issuedAt: world.tenant.now(),
  };
};

/** Opens a token of this feed, unless the service has forgotten it. */
const checked = (
  request: GraphRequest,
  { tenant, behaviour, feedDraw }: World,
  text: string,
  kind: FeedKind,
): FeedToken => {
  const token = openFeedToken(text);
  const { resync, resyncStatus, resyncCode, tokenLifetimeMs } = behaviour.settings.feed;
  if (token.kind !== kind)
    throw unsupportedQuery(`The token belongs to ${schemaOf(token.kind).collection}/delta.`);
  if (token.use === 'delta' && tenant.now() - token.issuedAt > tokenLifetimeMs) {
    throw new GraphError(
      400,
      'syncStateNotFound',
      'The sync state generation is not found: the token is older than seven days.',
    );
  }
  if (happens(resync, feedDraw)) {
    const select = token.select === null ? '' : `$select=${token.select}&`;
    const restart = `${request.origin}/${request.version}/${schemaOf(kind).collection}/delta?${select}$deltatoken=`;
    throw new GraphError(resyncStatus, resyncCode, 'Resync required.', { location: restart });
  }
  return token;
};

const pageReply = (request: GraphRequest, world: World, token: FeedToken): Reply => {
  const { collection } = schemaOf(token.kind);
  const { items, next } = pageFor(world, token, shapeOf(token.kind, request.version, token.select));
  const link = `${request.origin}/${request.version}/${collection}/delta`;
  return ok({
    '@odata.context': contextOf(request, selected(collection, token.select)),
    ...(next
      ? { '@odata.nextLink': `${link}?$skiptoken=${sealFeedToken({ ...token, position: next })}` }
      : {
          '@odata.deltaLink': `${link}?$deltatoken=${sealFeedToken({ ...token, use: 'delta', minimal: false })}`,
        }),
    value: items,
  });
};

const pageFor = (world: World, token: FeedToken, shape: FeedShape): FeedPage => {
  const { position } = token;
  if (happens(world.behaviour.settings.feed.emptyPage, world.feedDraw)) return { items: [], next: position };
  return position.phase === 'all'
    ? enumerationPage(world, token, position, shape)
    : historyPage(world, token, position, shape);
};
