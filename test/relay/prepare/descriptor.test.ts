import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ace, buildEntry, parseEntry } from '../../../relay/prepare/security/ace.ts';
import { missingFrom, withAllowed } from '../../../relay/prepare/security/dacl.ts';
import {
  buildDescriptor,
  buildOwner,
  type Dacl,
  parseDescriptor,
} from '../../../relay/prepare/security/descriptor.ts';
import { sddlOf } from '../../../relay/prepare/security/sddl.ts';
import { ObjectGuid, Sid } from '../../../shared/domain/index.ts';

const groupClass = ObjectGuid.parse('bf967a9c-0de6-11d0-a285-00aa003049e2');
const member = ObjectGuid.parse('bf9679c0-0de6-11d0-a285-00aa003049e2');
const sid = Sid.parse('S-1-5-21-1-2-3-1104');
const createGroups: Ace = { effect: 'allow', flags: 2, mask: 3, trustee: sid, objectType: groupClass };

const guids = fc.option(
  fc.uuid().map((text) => ObjectGuid.parse(text)),
  { nil: undefined },
);
const aces: fc.Arbitrary<Ace> = fc.record({
  effect: fc.constantFrom('allow' as const, 'deny' as const),
  flags: fc.nat({ max: 0x1f }),
  mask: fc.nat({ max: 0xffffffff }),
  trustee: fc
    .array(fc.nat({ max: 0xffffffff }), { minLength: 1, maxLength: 15 })
    .map((parts) => Sid.parse(['S-1-5', ...parts].join('-'))),
  objectType: guids,
  inheritedObjectType: guids,
});
const lists: fc.Arbitrary<Dacl> = fc.record({
  control: fc.constantFrom(0, 0x400, 0x1400),
  entries: fc.array(aces.map(buildEntry), { maxLength: 40 }),
});

describe('an access-control entry', () => {
  test('has the octets that MS-DTYP says', () => {
    const octets = buildEntry({ ...createGroups, inheritedObjectType: undefined }).octets;
    const head = '05023800' + '03000000' + '01000000';
    const guid = '9c7a96bfe60dd011a28500aa003049e2';
    const trustee = '0105000000000005' + '15000000' + '01000000' + '02000000' + '03000000' + '50040000';
    expect(octets.toString('hex')).toBe(head + guid + trustee);
  });

  test('means the same after it was written and read', () => {
    fc.assert(
      fc.property(aces, (ace) => {
        expect(parseEntry(buildEntry(ace).octets).ace).toEqual(ace);
      }),
    );
  });

  test('of a kind that is not understood keeps its octets', () => {
    // ACCESS_ALLOWED_CALLBACK_ACE with a condition behind the identifier.
    const octets = Buffer.from('0900180000000100010100000000000512000000617274780a', 'hex').subarray(0, 24);
    const entry = parseEntry(Buffer.concat([octets, Buffer.from('rest')]));
    expect(entry.ace).toBeUndefined();
    expect(entry.octets).toEqual(octets);
  });

  test('reads as administrators write it', () => {
    const only = {
      ...createGroups,
      flags: 10,
      mask: 0x30,
      objectType: member,
      inheritedObjectType: groupClass,
    };
    expect(sddlOf(createGroups)).toBe(`(OA;CI;CCDC;${groupClass};;${sid})`);
    expect(sddlOf(only)).toBe(`(OA;CIIO;RPWP;${member};${groupClass};${sid})`);
    expect(sddlOf({ effect: 'deny', flags: 0, mask: 0x10000, trustee: sid })).toBe(`(D;;SD;;;${sid})`);
  });
});

describe('a security descriptor', () => {
  test('means the same after it was written and read', () => {
    fc.assert(
      fc.property(lists, (dacl) => {
        expect(parseDescriptor(buildDescriptor(dacl))).toEqual(dacl);
      }),
    );
  });

  test('without a DACL is told apart from one with an empty list', () => {
    expect(parseDescriptor(buildOwner(sid))).toBeUndefined();
    expect(parseDescriptor(buildDescriptor({ control: 0, entries: [] }))).toEqual({
      control: 0,
      entries: [],
    });
  });

  test('that AD could not hold is refused with both sizes', () => {
    const entries = Array.from({ length: 1_200 }, () => buildEntry(createGroups));
    expect(() => buildDescriptor({ control: 0, entries })).toThrow(/67208 octets; AD holds 65535/);
  });

  test('is refused where the octets are none', () => {
    expect(() => parseDescriptor(Buffer.from('hello'))).toThrow(/no security descriptor/);
  });
});

describe('a list to which entries are added', () => {
  const inherited = { ...createGroups, flags: 0x12, mask: 0x10 };
  const denied: Ace = { effect: 'deny', flags: 0, mask: 0x20, trustee: sid };

  test('keeps the canonical order: own before inherited, and every other entry', () => {
    const dacl = { control: 0x400, entries: [denied, inherited].map(buildEntry) };
    const { control, entries } = withAllowed(dacl, [createGroups]);
    expect(entries.map(({ ace }) => ace)).toEqual([denied, createGroups, inherited].map(withAllKeys));
    expect(control).toBe(0x400);
  });

  test('misses nothing afterwards', () => {
    fc.assert(
      fc.property(lists, fc.array(aces.map(fromHere)), (dacl, wished) => {
        const after = withAllowed(dacl, missingFrom(dacl, wished));
        expect(missingFrom(after, wished)).toEqual([]);
      }),
    );
  });

  test('has an entry already where a wider one stands, also from above', () => {
    const wider = { ...createGroups, mask: 0x1f, flags: 0x12 };
    expect(missingFrom({ control: 0, entries: [buildEntry(wider)] }, [createGroups])).toEqual([]);
  });

  test.each([
    ['another right', { mask: 1 }],
    ['another class', { objectType: member }],
    ['another account', { trustee: Sid.parse('S-1-5-21-1-2-3-1105') }],
    ['no reach', { flags: 0 }],
    ['a denial', { effect: 'deny' as const }],
  ])('does not have it where the one that stands gives %s', (_, other) => {
    const held = buildEntry({ ...createGroups, ...other });
    expect(missingFrom({ control: 0, entries: [held] }, [createGroups])).toEqual([createGroups]);
  });
});

/** Entries that are wished stand on the object itself. */
const fromHere = (ace: Ace): Ace => ({ ...ace, flags: ace.flags & 0x0f });

const withAllKeys = (ace: Ace): Ace => ({ objectType: undefined, inheritedObjectType: undefined, ...ace });
