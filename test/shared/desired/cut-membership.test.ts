import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMembership } from '../../../shared/desired/index.ts';
import {
  EntraId,
  keyOf,
  Membership,
  Moment,
  ObjectGuid,
  type Reference,
  Sid,
} from '../../../shared/domain/index.ts';

const readAt = Moment.parse('2026-09-01T08:00:00.000Z');
const bySid = (number: number): Reference => ({ by: 'sid', sid: Sid.parse(`S-1-5-21-1-2-3-${number}`) });
const anyReference: fc.Arbitrary<Reference> = fc.oneof(
  fc.nat(3000).map(bySid),
  fc.uuid().map((id): Reference => ({ by: 'marker', kind: 'group', id: EntraId.parse(id) })),
  fc.uuid().map((id): Reference => ({ by: 'device', deviceId: EntraId.parse(id), id: EntraId.parse(id) })),
);
const computer = (id: string): Reference => ({
  by: 'computer',
  objectGuid: ObjectGuid.parse(id),
  id: EntraId.parse(id),
});
const keysOf = (references: readonly Reference[]) =>
  [...new Set(references.flatMap((one) => keyOf(one) ?? []))].sort();

describe('a complete membership', () => {
  it('is cut into parts whose ranges tile the whole key space, each member in the part of its key', () => {
    fc.assert(
      fc.property(
        fc.array(anyReference, { maxLength: 80 }),
        fc.integer({ min: 700, max: 4000 }),
        (references, size) => {
          const parts = cutMembership(references, readAt, size);
          expect(parts[0]?.after).toBeNull();
          expect(parts.at(-1)?.upTo).toBeNull();
          for (const [index, { after, upTo, members, part, parts: count }] of parts.entries()) {
            expect([part, count]).toEqual([index + 1, parts.length]);
            if (index > 0) expect(after).toBe(parts[index - 1]?.upTo);
            for (const one of members) {
              const key = keyOf(one) ?? '';
              expect(after === null || key > after).toBe(true);
              expect(upTo === null || key <= upTo).toBe(true);
            }
          }
          expect(parts.flatMap(({ members }) => members.map((one) => keyOf(one)))).toEqual(
            keysOf(references),
          );
        },
      ),
    );
  });

  it('keeps every part within its size, whatever the order of the members', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 200 }, (_, number) => bySid(number)),
          { minLength: 1 },
        ),
        (references) => {
          const parts = cutMembership(references, readAt, 2000);
          for (const part of parts) {
            expect(JSON.stringify(part).length).toBeLessThanOrEqual(2000);
            expect(JSON.stringify(part.members).length).toBeLessThanOrEqual(1502);
          }
          expect(cutMembership(references.toReversed(), readAt, 2000)).toEqual(parts);
        },
      ),
    );
  });

  it('of a quarter of a million members fits into messages of 256 KB', () => {
    const parts = cutMembership(
      Array.from({ length: 250_000 }, (_, number) => bySid(number)),
      readAt,
    );
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts.map((part) => Buffer.byteLength(JSON.stringify(part))))).toBeLessThanOrEqual(
      200_000,
    );
    expect(Membership.safeParse(parts[0]).success).toBe(true);
  });

  it('that is empty is one part that speaks of all keys', () => {
    expect(cutMembership([], readAt)).toEqual([
      { kind: 'complete', readAt, part: 1, parts: 1, after: null, upTo: null, members: [], everyPart: [] },
    ]);
  });

  it('carries members without a key in every part', () => {
    const one = computer('4c299165-6e8f-4b45-a5ba-c5d250a707ff');
    const parts = cutMembership(
      [one, one, ...Array.from({ length: 40 }, (_, number) => bySid(number))],
      readAt,
      1500,
    );
    expect(parts.length).toBeGreaterThan(1);
    for (const { everyPart } of parts) expect(everyPart).toEqual([one]);
  });

  it('with too many of them is refused rather than cut short', () => {
    const many = Array.from({ length: 3000 }, (_, number) =>
      computer(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`),
    );
    expect(() => cutMembership(many, readAt)).toThrow(/3000 hybrid-joined devices/);
  });
});
