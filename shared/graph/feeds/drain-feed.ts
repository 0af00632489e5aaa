import { z } from 'zod';
import type { Feed } from '../../bus/index.ts';
import { EntraId } from '../../domain/index.ts';
import type { GraphFailure } from '../failure.ts';
import type { MemberCache } from '../read/member-cache.ts';
import { safeLink } from '../request/link.ts';
import { circle, createCircleGuard, Link } from '../request/pages.ts';
import { type Call, foreignLink, type Requester } from '../request/requester.ts';
import { memberTypeOf } from '../schema/member.ts';
import { understand } from '../schema/understand.ts';
import type { FeedFrom, FeedNeeds, FeedPage, FeedStep } from '../types.ts';
import { type FeedItem, parseFeedItem } from './feed-item.ts';
import { feedSelection } from './selection.ts';

const Body = z.looseObject({
  value: z.array(z.unknown()),
  '@odata.nextLink': Link,
  '@odata.deltaLink': Link,
});

const permissions: Readonly<Record<Feed, string>> = {
  groups: 'Group.Read.All',
  users: 'User.Read.All',
  devices: 'Device.Read.All',
};

/**
 * Reads a feed from a link to the end of the round. The same object may come on several pages, in any
 * number of pieces, and again in a later round: what it brings is to be applied in order, as sets
 * (`mergeFeedItems`). A stream ends with a `delta` page, a `resync` or a failure.
 */
export async function* drainFeed(
  requester: Requester,
  cache: MemberCache,
  feed: Feed,
  from: FeedFrom,
  needs: FeedNeeds,
): AsyncIterable<FeedStep> {
  const first = firstAddress(requester, feed, from, needs);
  if (first === undefined) {
    const kept = typeof from === 'object' ? from.link : '';
    return yield { outcome: 'resync', why: foreignLink(kept, requester.baseUrl) };
  }
  const leadsInCircle = createCircleGuard();
  for (let path = first; ; ) {
    const answer = await readPage(requester, cache, { path, permission: permissions[feed] });
    const page = typeof from === 'object' && path === first ? orForgotten(answer) : answer;
    if (page.outcome !== 'page' || page.kind === 'delta') return yield page;
    if (leadsInCircle(page.link)) return yield { outcome: 'failed', why: circle(`/v1.0/${feed}/delta`) };
    yield page;
    path = page.link;
  }
}

/** A kept link that leads to another Graph is from before this one was configured: it is of no use here. */
function firstAddress(
  requester: Requester,
  feed: Feed,
  from: FeedFrom,
  needs: FeedNeeds,
): string | undefined {
  if (typeof from === 'object') return safeLink(from.link, `${requester.baseUrl}/`, requester.baseUrl);
  const select = `$select=${feedSelection(feed, needs).join(',')}`;
  return `/v1.0/${feed}/delta?${from === 'latest' ? '$deltatoken=latest&' : ''}${select}`;
}

async function readPage(requester: Requester, cache: MemberCache, call: Call): Promise<FeedStep> {
  const reply = await requester.send({ ...call, headers: { Prefer: 'return=minimal' } });
  if (reply.outcome === 'failed') return refusal(reply.why, requester.baseUrl);
  const { body, url } = reply.value;
  const page = understand(Body, body, new URL(url).pathname);
  if (page.outcome === 'failed') return page;
  const { value, '@odata.nextLink': next, '@odata.deltaLink': delta } = page.value;
  const given = next ?? delta;
  if (given === undefined) return { outcome: 'failed', why: endless };
  const link = safeLink(given, url, requester.baseUrl);
  if (link === undefined) return { outcome: 'failed', why: foreignLink(given, requester.baseUrl) };
  learnFrom(value, cache);
  return { outcome: 'page', ...itemsOf(value, cache), link, kind: next === undefined ? 'delta' : 'next' };
}

function itemsOf(values: readonly unknown[], cache: MemberCache): Pick<FeedPage, 'items' | 'refused'> {
  const items: FeedItem[] = [];
  const refused: string[] = [];
  for (const [index, value] of values.entries()) {
    const item = parseFeedItem(value);
    if (typeof item === 'string') refused.push(`value[${index}]: ${item}`);
    else {
      items.push(item);
      cache.forget(item.id);
    }
  }
  return { items, refused };
}

const WithMembers = z.looseObject({ 'members@delta': z.array(z.unknown()) });
const Typed = z.looseObject({ id: EntraId, '@odata.type': z.string() });

/** The feed names the kind of each member, so that it need not be looked for when it is read. */
function learnFrom(values: readonly unknown[], cache: MemberCache): void {
  for (const value of values) {
    for (const entry of WithMembers.safeParse(value).data?.['members@delta'] ?? []) {
      const member = Typed.safeParse(entry).data;
      if (member) cache.learn(member.id, memberTypeOf(member['@odata.type']));
    }
  }
}

/** Graph forgets links after seven days, and whenever it likes; it says so with 410, or with 400 and a code. */
function refusal(why: GraphFailure, baseUrl: string): FeedStep {
  const forgotten = /^(syncStateNotFound|resync\w*)$/i.test(why.code);
  if (why.status !== 410 && !(forgotten && why.status !== undefined && why.status < 500)) {
    return { outcome: 'failed', why };
  }
  const location = why.location && safeLink(why.location, `${baseUrl}/`, baseUrl);
  return { outcome: 'resync', ...(location && { location }), why };
}

/**
 * A kept link that Graph calls a bad request has a token that it does not take any more, whatever the
 * code (Directory_ExpiredPageToken, "Badly formed token"): asking the same again would go on for ever.
 */
function orForgotten(step: FeedStep): FeedStep {
  const forgotten =
    step.outcome === 'failed' && step.why.status === 400 && /token|sync ?state/i.test(step.why.message);
  return forgotten ? { outcome: 'resync', why: step.why } : step;
}

const endless: GraphFailure = {
  code: 'NOT_UNDERSTOOD',
  message: 'A page of a feed has neither a next link nor a delta link.',
  retry: 'later',
};
