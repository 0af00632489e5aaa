import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identify, identityKey, parseExtendedDn } from '../../../relay/directory/names/alternative.ts';
import { belowAnyOf, placeOf } from '../../../relay/directory/names/dn.ts';
import { guidFromBytes, guidToBytes } from '../../../relay/directory/names/guid.ts';
import { sidFromBytes, sidToBytes } from '../../../relay/directory/names/sid.ts';
import { parseDn } from '../../../relay/plan/dn.ts';
import { Dn } from '../../../shared/domain/index.ts';

describe('GUIDs', () => {
  it('have their first three parts in little-endian order (MS-DTYP 2.3.4.2)', () => {
    const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    expect(guidFromBytes(bytes)).toBe('33221100-5544-7766-8899-aabbccddeeff');
  });

  it('come back as the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(guidToBytes(guidFromBytes(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('of another length are refused', () => {
    expect(() => guidFromBytes(Buffer.alloc(15))).toThrow('16 bytes, not 15');
  });
});

describe('SIDs', () => {
  it('are read as documented: authority big-endian, parts little-endian', () => {
    const administrators = Buffer.from('01020000000000052000000020020000', 'hex');
    expect(sidFromBytes(administrators)).toBe('S-1-5-32-544');
  });

  it('come back as the same bytes', () => {
    const parts = fc.array(fc.nat({ max: 0xffffffff }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 }), parts, (authority, subAuthorities) => {
        const bytes = Buffer.alloc(8 + 4 * subAuthorities.length);
        bytes.writeUInt8(1, 0);
        bytes.writeUInt8(subAuthorities.length, 1);
        bytes.writeUIntBE(authority, 2, 6);
        subAuthorities.forEach((part, index) => {
          bytes.writeUInt32LE(part, 8 + 4 * index);
        });
        expect(sidToBytes(sidFromBytes(bytes))).toEqual(bytes);
      }),
    );
  });

  it('that are cut short are refused', () => {
    expect(() => sidFromBytes(Buffer.from('0102000000000005200000', 'hex'))).toThrow('has 16 bytes, not 11');
  });
});

describe('alternative names', () => {
  it('are the same in text and in hexadecimal', () => {
    const text = identify(Dn.parse('<GUID=33221100-5544-7766-8899-AABBCCDDEEFF>'));
    expect(identify(Dn.parse('<GUID=00112233445566778899aabbccddeeff>'))).toEqual(text);
    expect(identify(Dn.parse('<SID=01020000000000052000000020020000>'))).toEqual({
      by: 'sid',
      sid: 'S-1-5-32-544',
    });
  });

  it('of one DN are equal whatever its letters and escapes', () => {
    const one = Dn.parse('CN=a\\2Cb,OU=x');
    const other = Dn.parse('cn=A\\,B,ou=X');
    expect(identityKey(one)).toBe(identityKey(other));
  });

  it('are taken out of an extended DN, whose RDN may contain a semicolon', () => {
    const guid = '<GUID=33221100-5544-7766-8899-aabbccddeeff>';
    expect(parseExtendedDn(`${guid};<SID=S-1-5-32-544>;CN=a\\;b,OU=x`)).toEqual({
      dn: 'CN=a\\;b,OU=x',
      guid: '33221100-5544-7766-8899-aabbccddeeff',
      sid: 'S-1-5-32-544',
    });
    expect(parseExtendedDn(`${guid};CN=a`).sid).toBeUndefined();
  });

  it('are demanded of the server, because a bare DN does not say which object it is', () => {
    expect(() => parseExtendedDn('CN=a,OU=x')).toThrow('without the GUID');
  });
});

describe('the place of an object', () => {
  it('is written so that neither its comma nor its backslash misleads ldapts, and keeps its name', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((text) => text.trim() === text);
    fc.assert(
      fc.property(name, (text) => {
        const escaped = [...text]
          .map((letter) => (/[\\,+"<>;=#]/.test(letter) ? `\\${letter}` : letter))
          .join('');
        const { rdn, parent } = placeOf(`CN=${escaped},OU=a,DC=b`);
        expect(parent).toBe('OU=a,DC=b');
        expect(rdn).not.toContain(',');
        expect(rdn).not.toContain('\\\\');
        expect(parseDn(rdn)?.[0]?.value).toBe(text);
      }),
    );
  });

  it('is below its container at any depth, and the container is not below itself', () => {
    const below = belowAnyOf(['OU=Groups,DC=b', 'CN=RegisteredDevices,DC=b']);
    expect(below('CN=x,ou=groups,dc=b')).toBe(true);
    expect(below('CN=x,OU=y,OU=Groups,DC=b')).toBe(true);
    expect(below('OU=Groups,DC=b')).toBe(false);
    expect(below('CN=x,OU=MyOU\\,OU=Groups,DC=b')).toBe(false);
  });
});
