import { expect, it } from 'vitest';
import { guidToText, sidToText } from '../../../local/samba/identifiers.ts';

it.each([
  ['010100000000000512000000', 'S-1-5-18'],
  ['01020000000000052000000020020000', 'S-1-5-32-544'],
  [
    '010500000000000515000000a065cf7e784b9b5fe77c8770091c0100',
    'S-1-5-21-2127521184-1604012920-1887927527-72713',
  ],
  ['0101ffffffffffffffffffff', 'S-1-281474976710655-4294967295'],
])('reads %s as %s', (hex, text) => {
  expect(sidToText(Buffer.from(hex, 'hex'))).toBe(text);
});

it.each(['', '0101', '01020000000000052000000020', '010100000000000512000000ff'])(
  'refuses "%s" as a SID',
  (hex) => {
    expect(() => sidToText(Buffer.from(hex, 'hex'))).toThrow('Not a security identifier');
  },
);

it('reads the first three parts of a GUID as little-endian', () => {
  const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  expect(guidToText(bytes)).toBe('33221100-5544-7766-8899-aabbccddeeff');
  expect(() => guidToText(bytes.subarray(1))).toThrow('Not a GUID');
});
