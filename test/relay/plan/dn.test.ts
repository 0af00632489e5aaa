import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absoluteDn,
  childOf,
  dnInQuotes,
  escapeDnValue,
  formatDn,
  isBelow,
  parentOf,
  parseDn,
  sameDn,
} from '../../../relay/plan/dn.ts';

/** Any name that AD could have: surrogates in pairs, no lone halves, and plenty of the special characters. */
const value = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ',',
        '+',
        '"',
        '\\',
        '<',
        '>',
        ';',
        '=',
        '#',
        ' ',
        '/',
        '\0',
        '\n',
        '\r',
        'ß',
        'é',
        '😀',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed());
const rdn = fc.record({ type: fc.constantFrom('CN', 'OU', 'DC', '2.5.4.3'), value });
const rdns = fc.array(rdn, { minLength: 1, maxLength: 5 });

describe('a distinguished name', () => {
  test('reads back as what was written, whatever characters it has', () => {
    fc.assert(
      fc.property(rdns, (parts) => {
        expect(parseDn(formatDn(parts))).toEqual(parts);
      }),
    );
  });

  test('stays itself between the quotes of any shell, whatever characters it has', () => {
    fc.assert(
      fc.property(rdns, (parts) => {
        const quoted = dnInQuotes(formatDn(parts)) ?? '';
        expect(parseDn(quoted)).toEqual(parts);
        expect(quoted.replace(/\\[0-9A-F]{2}/g, '')).toMatch(/^[\p{L}\p{M}\p{N} .'()@:/_=,-]*$/u);
      }),
    );
    expect(dnInQuotes('CN=Smith\\, \\"J\\" $HOME `x` %PATH%!,OU=Ö,DC=lab')).toBe(
      'CN=Smith\\2C \\22J\\22 \\24HOME \\60x\\60 \\25PATH\\25\\21,OU=Ö,DC=lab',
    );
  });

  test('has the parent that it was put below', () => {
    fc.assert(
      fc.property(value, rdns, (name, parts) => {
        const parent = formatDn(parts);
        const child = childOf('CN', name, parent);
        expect(sameDn(parentOf(child) ?? '', parent)).toBe(true);
        expect(isBelow(child, parent)).toBe(true);
        expect(isBelow(parent, child)).toBe(false);
        expect(isBelow(parent, parent)).toBe(false);
      }),
    );
  });

  test('cannot leave its container by the characters of its name', () => {
    fc.assert(
      fc.property(value, (name) => {
        const dn = childOf('CN', name, 'OU=EntraWriteback,DC=lab,DC=test');
        expect(parseDn(dn)).toHaveLength(4);
        expect(isBelow(dn, 'OU=EntraWriteback,DC=lab,DC=test')).toBe(true);
        expect(isBelow(dn, 'CN=Users,DC=lab,DC=test')).toBe(false);
      }),
    );
  });

  test('is the same name in another case, with other spaces around its parts and other escapes', () => {
    for (const [one, other] of [
      ['CN=Sales,OU=x,DC=lab', 'cn=SALES, ou=X , dc=LAB'],
      ['CN=a\\,b,DC=lab', 'CN=a\\2Cb,DC=lab'],
      ['CN=a\\,b,DC=lab', 'CN="a,b",DC=lab'],
      ['CN=Caf\u00e9,DC=lab', 'CN=Caf\\C3\\A9,DC=lab'],
      ['CN=a  b,DC=lab', 'CN=a b,DC=lab'],
    ] as const)
      expect([one, other, sameDn(one, other)]).toEqual([one, other, true]);
  });

  test('is another name where AD says so', () => {
    for (const [one, other] of [
      ['CN=Stra\u00dfe,DC=lab', 'CN=Strasse,DC=lab'],
      ['CN=e\u0301,DC=lab', 'CN=\u00e9,DC=lab'],
      ['CN=a,DC=lab', 'OU=a,DC=lab'],
      ['CN=a,DC=lab', 'CN=a,DC=lab,DC=x'],
      ['CN=a\\ ,DC=lab', 'CN=a,DC=lab'],
    ] as const)
      expect([one, other, sameDn(one, other)]).toEqual([one, other, false]);
  });

  test.each([
    '',
    ' ',
    'Sales',
    'CN=',
    '=x',
    'CN=a,',
    'CN=a,,DC=lab',
    'CN=a+OU=b,DC=lab',
    'CN=a;DC=lab',
    'CN=a<b,DC=lab',
    'CN="a,DC=lab',
    'CN=a\\',
    'CN=#0401,DC=lab',
    'CN=a\\FF,DC=lab',
    '<GUID=0011>',
    '<SID=S-1-5-32-544>',
  ])('is not what %j is, so that lies below nothing', (text) => {
    expect(parseDn(text)).toBeUndefined();
    expect(isBelow(text, 'DC=lab')).toBe(false);
    expect(sameDn(text, text)).toBe(false);
  });

  test.each([
    ['plain', 'plain'],
    [' edges ', '\\ edges\\ '],
    ['#hash', '\\#hash'],
    ['in#side', 'in#side'],
    ['a,b+c"d\\e<f>g;h', 'a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h'],
    ['a=b', 'a\\3Db'],
    ['zero\0', 'zero\\00'],
    ['line\r\n', 'line\\0D\\0A'],
  ])('writes the value %j as %j', (plain, escaped) => {
    expect(escapeDnValue(plain)).toBe(escaped);
  });

  test('is completed with the domain only where it names none', () => {
    expect(absoluteDn('OU=a', 'DC=lab,DC=test')).toBe('OU=a,DC=lab,DC=test');
    expect(absoluteDn('OU=a,dc=other', 'DC=lab,DC=test')).toBe('OU=a,dc=other');
    expect(absoluteDn('OU=x\\,DC=y', 'DC=lab,DC=test')).toBe('OU=x\\,DC=y,DC=lab,DC=test');
  });

  test('of a neighbour with a longer name does not lie below', () => {
    expect(isBelow('CN=a,OU=EntraWriteback2,DC=lab', 'OU=EntraWriteback,DC=lab')).toBe(false);
    expect(isBelow('CN=a,OU=x\\,OU=EntraWriteback,DC=lab', 'OU=EntraWriteback,DC=lab')).toBe(false);
    expect(isBelow('CN=a,OU=b,OU=EntraWriteback,DC=lab', 'ou=entrawriteback, dc=LAB')).toBe(true);
  });
});
