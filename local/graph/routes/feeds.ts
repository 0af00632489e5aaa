import { deltaReply } from '../feed/round.ts';
import type { FeedKind } from '../feed/token.ts';
import { type Route, route } from '../http/router.ts';
import { schemaOf } from '../odata/schema.ts';

const kinds: readonly FeedKind[] = ['group', 'user', 'device'];

/** Delta queries, under their short name and as the function that OData knows them by. */
export const feedRoutes: readonly Route[] = kinds.flatMap((kind) =>
  ['delta', 'microsoft.graph.delta'].map((name) =>
    route('GET', `/${schemaOf(kind).collection}/${name}`, (request, world) =>
      deltaReply(request, world, kind),
    ),
  ),
);
