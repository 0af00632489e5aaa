import { z } from 'zod';
import type { SeenObject, View } from '../behaviour/lagging-view.ts';
import type { GraphRequest } from '../http/exchange.ts';
import { isJsonObject } from '../http/parameter.ts';
import type { ObjectKind } from '../tenant/objects.ts';
import { indexAfter } from '../tenant/sorted-ids.ts';
import type { ListQuery } from './query.ts';
import { propertyOf } from './represent.ts';
import { openToken, sealToken } from './token.ts';

const skipSchema = z.strictObject({ after: z.string().optional(), offset: z.int().optional() });
type Skip = z.infer<typeof skipSchema>;

export type Page = {
  readonly objects: readonly SeenObject[];
  /** All matches, when `$count=true` asked for them. */
  readonly count: number | undefined;
  readonly next: Skip | undefined;
};

const text = (object: SeenObject, property: string): string => String(propertyOf(object, property) ?? '');

const matcher =
  ({ filter, search }: ListQuery) =>
  (object: SeenObject): boolean =>
    (!filter || filter.matches((path) => readPath(object, path))) &&
    search.every((term) => text(object, term.property).toLowerCase().includes(term.text));

const readPath = (object: SeenObject, path: string) => {
  const [name = '', ...inner] = path.split('/');
  let value = propertyOf(object, name);
  for (const part of inner) {
    value = isJsonObject(value) ? (value[part] ?? null) : null;
  }
  return value;
};

/** What a list is cut from: ids in ascending order, and which of their objects belong there. */
export type Candidates = {
  readonly ids: readonly string[];
  readonly admits: (object: SeenObject) => boolean;
};

export const liveAmong = (ids: readonly string[], kind?: ObjectKind): Candidates => ({
  ids,
  admits: (object) => object.deletedAt === undefined && (kind === undefined || object.kind === kind),
});

export const deletedAmong = (ids: readonly string[]): Candidates => ({
  ids,
  admits: (object) => object.deletedAt !== undefined,
});

/** One page of a list: unordered lists continue after an id, ordered ones at an offset. */
export const pageOf = ({ ids, admits }: Candidates, view: View, query: ListQuery): Page => {
  const skip: Skip = query.skip === undefined ? {} : openToken(skipSchema, query.skip);
  const isMatch = matcher(query);
  const match = (id: string): SeenObject | undefined => {
    const object = view.object(id);
    return object && admits(object) && isMatch(object) ? object : undefined;
  };
  return query.orderBy ? orderedPage(ids, match, query, skip) : unorderedPage(ids, match, query, skip);
};

const unorderedPage = (
  ids: readonly string[],
  match: (id: string) => SeenObject | undefined,
  query: ListQuery,
  skip: Skip,
): Page => {
  const objects: SeenObject[] = [];
  let next: Skip | undefined;
  for (let index = indexAfter(ids, skip.after); index < ids.length; index++) {
    const object = match(ids[index] ?? '');
    if (!object) continue;
    if (objects.length === query.top) {
      next = { after: objects.at(-1)?.id };
      break;
    }
    objects.push(object);
  }
  return { objects, count: query.count ? ids.filter((id) => match(id)).length : undefined, next };
};

const orderedPage = (
  ids: readonly string[],
  match: (id: string) => SeenObject | undefined,
  query: ListQuery,
  skip: Skip,
): Page => {
  const { property = 'displayName', descending = false } = query.orderBy ?? {};
  const sign = descending ? -1 : 1;
  const all = ids
    .flatMap((id) => match(id) ?? [])
    .sort((one, other) => sign * text(one, property).localeCompare(text(other, property)));
  const offset = skip.offset ?? 0;
  const end = offset + query.top;
  return {
    objects: all.slice(offset, end),
    count: query.count ? all.length : undefined,
    next: end < all.length ? { offset: end } : undefined,
  };
};

/** The same call with another `$skiptoken`. */
export const nextLinkOf = ({ origin, target }: GraphRequest, next: Skip): string => {
  const url = new URL(target, origin);
  const rest = url.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !/^(\$|%24)skiptoken=/i.test(part));
  return `${origin}${url.pathname}?${[...rest, `$skiptoken=${sealToken(next)}`].join('&')}`;
};
