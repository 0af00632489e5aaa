import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSpace } from '../../../shared/policy/attributes/group.ts';
import { isContainerDn, splitRdns } from '../../../shared/policy/settings/dn.ts';
import { resolvePlace } from '../../../shared/policy/settings/place.ts';

describe('a place', () => {
  it('stays where its template puts it, whatever the value', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...'\\,+"<>;=# aOU\u0000\né') });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nasty), (team) => {
        const dn = resolvePlace('OU={extension.team},OU=Groups,DC=x', groupSpace, () => team);
        if (dn === undefined) return;
        expect(splitRdns(dn)).toHaveLength(3);
        expect(dn.endsWith(',OU=Groups,DC=x')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is written with the escapes of RFC 4514', () => {
    const at = (team: string) => resolvePlace('OU={extension.team}', groupSpace, () => team);
    expect(at('a\\')).toBe('OU=a\\\\');
    expect(at('#1, "x"')).toBe('OU=\\#1\\, \\"x\\"');
    expect(at('a\nb')).toBe('OU=a\\0ab');
    expect(at('  ')).toBeUndefined();
  });

  it.each(['OU=A', 'ou=A,DC=b', 'OU=A\\, B,CN=C', 'OU=Ä/ö (1), DC=x'])('%s is a DN of a container', (dn) => {
    expect(isContainerDn(dn)).toBe(true);
  });

  it.each(['', 'A', 'OU=', 'OU=A,', 'OU=A,,DC=x', 'UID=a', 'OU=A;DC=x', 'OU=a+CN=b', 'OU=A\\'])(
    '%j is none',
    (dn) => {
      expect(isContainerDn(dn)).toBe(false);
    },
  );
});
