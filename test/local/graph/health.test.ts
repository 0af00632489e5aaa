import { describe, expect, it } from 'vitest';
import { createHealth, healthWindowMs } from '../../../local/graph/notifications/health.ts';

const judged = (tookMs: readonly number[], now = 0) => {
  const health = createHealth();
  for (const took of tookMs) health.note({ at: 0, tookMs: took });
  return health.judge(now);
};
const mix = (count: number, slow: number, tookMs: number) =>
  Array.from({ length: count }, (_, index) => (index < slow ? tookMs : 5));

describe('the judgement of an endpoint', () => {
  it('needs a hundred attempts', () => {
    expect(judged(mix(99, 99, 3000))).toBe('healthy');
    expect(judged(mix(100, 100, 3000))).toBe('slow');
  });

  it('delays above a tenth slower than 3 s', () => {
    expect(judged(mix(100, 10, 3000))).toBe('healthy');
    expect(judged(mix(100, 11, 3000))).toBe('slow');
    expect(judged(mix(100, 100, 2999))).toBe('healthy');
  });

  it('drops above fifteen in a hundred slower than 10 s', () => {
    expect(judged(mix(100, 15, 10_000))).toBe('slow');
    expect(judged(mix(100, 16, 10_000))).toBe('drop');
  });

  it('forgets after ten minutes', () => {
    expect(judged(mix(100, 100, 10_000), healthWindowMs)).toBe('drop');
    expect(judged(mix(100, 100, 10_000), healthWindowMs + 1)).toBe('healthy');
  });
});
