/** Runs `work` over all, at most `width` at a time. The first error ends it. */
export async function inParallel<T>(
  all: Iterable<T>,
  work: (one: T) => Promise<void>,
  width = 16,
): Promise<void> {
  const queue = all[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
