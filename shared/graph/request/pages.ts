import { z } from 'zod';
import type { GraphFailure } from '../failure.ts';
import { understand } from '../schema/understand.ts';
import { safeLink } from './link.ts';
import { type Call, foreignLink, type Requester } from './requester.ts';

/** One page of a list. `next` is where it goes on, null after the last page. */
export type Page = {
  readonly values: readonly unknown[];
  readonly next: string | null;
  readonly url: string;
};

/** A link to what follows. Where nothing does it is absent, or as good as. */
export const Link = z
  .string()
  .nullish()
  .transform((link) => link || undefined);

/** The body of a page, as every list of Graph has it. */
export const PageBody = z.looseObject({ value: z.array(z.unknown()), '@odata.nextLink': Link });

/** The pages of a list, to its end or to the first page that cannot be had. */
export async function* pagesOf(
  requester: Requester,
  first: Call,
): AsyncIterable<Page | { readonly failed: GraphFailure }> {
  const leadsInCircle = createCircleGuard();
  for (let path: string | null = first.path; path !== null; ) {
    const reply = await requester.send({ ...first, path });
    if (reply.outcome === 'failed') return yield { failed: reply.why };
    const { body, url } = reply.value;
    const page = understand(PageBody, body, new URL(url).pathname);
    if (page.outcome === 'failed') return yield { failed: page.why };
    const link = page.value['@odata.nextLink'];
    const next = link === undefined ? null : safeLink(link, url, requester.baseUrl);
    if (next === undefined) return yield { failed: foreignLink(link ?? '', requester.baseUrl) };
    if (next !== null && leadsInCircle(next)) return yield { failed: circle(new URL(url).pathname) };
    yield { values: page.value.value, next, url };
    path = next;
  }
}

/** How often one link may come: a page that is empty need not lead further. */
const mostTimes = 20;

/** Tells of each next link whether it has come too often: it would be followed for ever. */
export function createCircleGuard(): (link: string) => boolean {
  const times = new Map<string, number>();
  return (link) => {
    const count = (times.get(link) ?? 0) + 1;
    times.set(link, count);
    return count > mostTimes;
  };
}

export const circle = (path: string): GraphFailure => ({
  code: 'NOT_UNDERSTOOD',
  message: `The pages of ${path} lead in a circle: one next link came more than ${mostTimes} times.`,
  retry: 'later',
});
