import type { z } from 'zod';
import { type Answer, complete, failed } from '../failure.ts';
import { pagesOf } from '../request/pages.ts';
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
