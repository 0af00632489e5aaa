/** How many alternatives one filter names: AD takes many more, but plans long ones badly. */
export const filterBatch = 50;

/** How many searches are under way on one connection at a time. */
const together = 8;

/** Cuts a list into pieces of `size`, the last one shorter. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Does `work` for each batch, a few at a time, and answers the results in the order of the batches. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  work: (batch: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const round of chunksOf(chunksOf(items, size), together)) {
    results.push(...(await Promise.all(round.map(work))).flat());
  }
  return results;
}
