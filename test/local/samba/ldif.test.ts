import { expect, it } from 'vitest';
import { parseLdif } from '../../../local/samba/ldif.ts';

it('reads text, base64 and repeated values, and leaves references out', () => {
  const text = [
    'dn: CN=A,DC=lab',
    'cn: A',
    'member: CN=1: one',
    'member:: Q049w6Q=',
    'objectGUID:: /wCA/g==',
    'info: ',
    '',
    'dn:: Q049w6QsREM9bGFi',
    'cn:: w6Q=',
    '',
    '# refldaps://lab.test/CN=Configuration,DC=lab',
    '',
  ].join('\n');
  const [first, second, ...rest] = parseLdif(text);
  expect(rest).toEqual([]);
  expect(first?.dn).toBe('CN=A,DC=lab');
  expect(first?.values).toMatchObject({ cn: ['A'], member: ['CN=1: one', 'CN=ä'], info: [''] });
  expect(first?.bytes.objectGUID).toEqual([Buffer.from('ff0080fe', 'hex')]);
  expect(second).toMatchObject({ dn: 'CN=ä,DC=lab', values: { cn: ['ä'] } });
});

it('reads nothing from nothing', () => {
  expect(parseLdif('')).toEqual([]);
});
