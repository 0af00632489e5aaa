import type { SeenObject } from '../behaviour/lagging-view.ts';
import { represent, selectionFor } from '../odata/represent.ts';
import { isNavigation, type Version } from '../odata/schema.ts';
import type { Change } from '../tenant/change-log.ts';
import type { Json, LinkName } from '../tenant/objects.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { FeedKind, FeedToken } from './token.ts';

export type LinkOperation = { readonly link: LinkName; readonly id: string; readonly removed: boolean };

/** What a feed answers of an object: which properties, and which references. */
export type FeedShape = { readonly properties: readonly string[]; readonly links: readonly LinkName[] };

const feedLinks: readonly LinkName[] = ['members', 'owners'];

/** Without `$select` a group feed has the default properties and the members; with it, exactly what it names. */
export const shapeOf = (kind: FeedKind, version: Version, select: string | null): FeedShape => {
  const names = selectionFor(kind, version, select);
  const links = feedLinks.filter((link) => (select === null ? link === 'members' : names.includes(link)));
  return {
    properties: [
      ...new Set([...names.filter((name) => !isNavigation(kind, name) && name !== 'deletedDateTime'), 'id']),
    ],
    links: kind === 'group' ? links : [],
  };
};

/** Whether a change shows in a feed of this shape; changes of what is not selected do not. */
export const isRelevant = ({ properties, links }: FeedShape, change: Change): boolean =>
  change.event !== 'updated' ||
  change.links.some(({ link }) => links.includes(link)) ||
  properties.some((name) => change.before.has(name));

/** The references that a change added or removed, in an order that a page can be cut out of. */
export const operationsOf = ({ links }: FeedShape, change: Change): readonly LinkOperation[] =>
  change.links
    .filter(({ link }) => links.includes(link))
    .flatMap(({ link, added, removed }) => [
      ...removed.map((id) => ({ link, id, removed: true })),
      ...added.map((id) => ({ link, id, removed: false })),
    ]);

export const tombstone = (id: string, isRestorable: boolean): Json => ({
  id,
  '@removed': { reason: isRestorable ? 'changed' : 'deleted' },
});

const kindOf = ({ store }: Tenant, id: string): string =>
  store.objects.get(id)?.kind ?? store.graves.get(id) ?? 'directoryObject';

const deltaEntry = (tenant: Tenant, { id, removed }: LinkOperation): Json => ({
  '@odata.type': `#microsoft.graph.${kindOf(tenant, id)}`,
  id,
  ...(removed ? { '@removed': { reason: 'deleted' } } : {}),
});

export type ItemParts = {
  readonly tenant: Tenant;
  readonly token: FeedToken;
  readonly shape: FeedShape;
  readonly object: SeenObject;
  readonly operations: readonly LinkOperation[];
  /** The properties that changed; undefined for an object that is new to the reader. */
  readonly touched: ReadonlySet<string> | undefined;
};

/**
 * An object as the feed shows it: properties that were never set are left out, cleared ones are null, and
 * `return=minimal` leaves out what did not change.
 */
export const feedItem = ({ tenant, token, shape, object, operations, touched }: ItemParts): Json => {
  const item: Record<string, Json> = {};
  for (const [name, value] of Object.entries(represent(object, shape.properties))) {
    const isSet = value !== null && !(Array.isArray(value) && value.length === 0);
    const isShown = token.minimal && touched ? touched.has(name) : isSet || touched?.has(name);
    if (isShown || name === 'id') item[name] = value;
  }
  for (const link of shape.links) {
    const entries = operations.filter((operation) => operation.link === link);
    if (entries.length > 0) item[`${link}@delta`] = entries.map((entry) => deltaEntry(tenant, entry));
  }
  return item;
};
