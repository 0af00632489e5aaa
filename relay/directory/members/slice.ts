import type { RawEntry } from '../connection/entry.ts';
import { directoryError } from '../errors/directory-error.ts';

export type Slice = { readonly values: readonly string[]; readonly next: number | undefined };

/**
 * The values of `member` in an answer to `member;range=<from>-…`. The server names what it gave: `member;range=0-1499`,
 * and `member;range=1500-*` for the last part. Nothing at all is an empty group, or the end of it.
 *
 * @throws DirectoryError where the numbers do not fit the values
 */
export function parseSlice(entry: RawEntry, group: string, from: number): Slice {
  for (const [name, values] of entry.values) {
    const range = /^member;range=(\d+)-(\d+|\*)$/i.exec(name);
    if (range === null) {
      // A server that does not know ranges answers with the whole attribute.
      if (name.toLowerCase() === 'member' && from === 0)
        return { values: values.map(String), next: undefined };
      continue;
    }
    const [, low, high] = range;
    const end = high === '*' ? undefined : Number(high) + 1;
    if (Number(low) !== from || (end !== undefined && end - from !== values.length)) {
      throw directoryError(
        'INCOMPLETE',
        `${group} was asked for members from ${from} on, and answered ${name} with ${values.length}.`,
      );
    }
    return { values: values.map(String), next: end };
  }
  return { values: [], next: undefined };
}
