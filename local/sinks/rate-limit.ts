/**
 * Answers whether one more may pass: at most `count` in any `windowInMs`.
 *
 * @param now milliseconds of a clock that never goes back
 */
export function createRateLimit(count: number, windowInMs: number, now: () => number): () => boolean {
  let passed: readonly number[] = [];
  return () => {
    const time = now();
    passed = passed.filter((earlier) => time - earlier < windowInMs);
    if (passed.length >= count) return false;
    passed = [...passed, time];
    return true;
  };
}
