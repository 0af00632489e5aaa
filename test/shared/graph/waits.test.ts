import { describe, expect, it } from 'vitest';
import { createPace } from '../../../shared/graph/request/pace.ts';
import { backoffMs, retryAfterMs } from '../../../shared/graph/request/retry-after.ts';

const now = new Date('2026-01-06T12:00:00Z');

describe('a Retry-After header', () => {
  it.each([
    ['10', 10_000],
    [' 2 ', 2000],
    ['0', 0],
    ['2.128', 2128],
    ['0.0001', 1],
    ['Tue, 06 Jan 2026 12:00:30 GMT', 30_000],
    ['Tue, 06 Jan 2026 11:00:00 GMT', 0],
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    [null, undefined],
  ])('%j asks for %s milliseconds', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe('a pause without advice', () => {
  it('doubles up to 15 s and is spread over its upper half', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((attempt) => backoffMs(attempt, 0))).toEqual([
      250, 500, 1000, 2000, 4000, 7500, 7500,
    ]);
    expect(backoffMs(1, 0.999)).toBe(500);
    expect(backoffMs(20, 0.999)).toBe(14_993);
  });
});

describe('the pace', () => {
  it('lets everything through while Graph says nothing', () => {
    const pace = createPace();
    expect([0, 0, 0].map((at) => pace.reserve(at, 1000))).toEqual([0, 0, 0]);
    pace.heard(0, undefined);
    pace.heard(0, 0.79);
    expect(pace.reserve(0, 1000)).toBe(0);
    expect(pace.reserve(0, 1000)).toBe(0);
  });

  it('spaces requests for ten seconds after Graph said that the limit is near', () => {
    const pace = createPace();
    pace.heard(0, 1);
    expect([0, 0, 0].map((at) => pace.reserve(at, 1000))).toEqual([0, 240, 480]);
    expect(pace.reserve(10_000, 1000)).toBe(0);
    expect(pace.reserve(10_000, 1000)).toBe(0);
  });

  it('keeps no place for whom the wait is too long', () => {
    const pace = createPace();
    pace.heard(0, 1.8);
    expect([0, 0, 0, 0].map((at) => pace.reserve(at, 1500))).toEqual([0, 1000, 2000, 2000]);
  });

  it('holds everything until Graph listens again', () => {
    const pace = createPace();
    pace.holdUntil(5000);
    pace.holdUntil(3000);
    expect(pace.reserve(1000, 10_000)).toBe(4000);
    expect(pace.reserve(6000, 10_000)).toBe(0);
  });
});
