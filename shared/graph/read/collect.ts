import type { z } from 'zod';
import { type Answer, complete, failed } from '../failure.ts';
import { PageBody, pagesOf } from '../request/pages.ts';
import type { Call, Requester } from '../request/requester.ts';
import { understand } from '../schema/understand.ts';

/** Reads a short list completely. One page or entry that cannot be had fails the whole. */
export async function collect<T>(
  requester: Requester,
  call: Call,
  schema: z.ZodType<T>,
): Promise<Answer<readonly T[]>> {
  const all: T[] = [];
  for await (const page of pagesOf(requester, call)) {
    if ('failed' in page) return failed(page.failed);
    for (const value of page.values) {
      const one = understand(schema, value, new URL(page.url).pathname);
      if (one.outcome === 'failed') return one;
      all.push(one.value);
    }
  }
  return complete(all);
}

/** Reads a short list that came as part of a batch. One that goes on after the page is not complete. */
export function onlyPage<T>(
  schema: z.ZodType<T>,
  answer: Answer<unknown>,
  path: string,
): Answer<readonly T[]> {
  if (answer.outcome === 'failed') return answer;
  const page = understand(PageBody, answer.value, path);
  if (page.outcome === 'failed') return page;
  if (page.value['@odata.nextLink'] !== undefined) {
    const message = `Graph gave ${page.value.value.length} entries of ${path} within a batch, and there are more.`;
    return failed({ code: 'MORE_PAGES', message, retry: 'never' });
  }
  const all: T[] = [];
  for (const value of page.value.value) {
    const one = understand(schema, value, path);
    if (one.outcome === 'failed') return one;
    all.push(one.value);
  }
  return complete(all);
}
