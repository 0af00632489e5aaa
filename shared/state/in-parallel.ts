/** Runs `work` over all, at most `width` at a time, and answers the results in the order of all. The first error ends it. */
export async function inParallel<T, R>(
  all: Iterable<T>,
  work: (one: T) => Promise<R>,
  width = 16,
): Promise<readonly R[]> {
  const queue = all[Symbol.iterator]();
  const results: R[] = [];
  let taken = 0;
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const index = taken;
      taken += 1;
      results[index] = await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
