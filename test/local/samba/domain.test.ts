import { expect, it } from 'vitest';
import { domainOf } from '../../../local/samba/domain.ts';
import { renderSmbConf } from '../../../local/samba/smb-conf.ts';

it('derives every name of a domain from its realm', () => {
  expect(domainOf('Corp.Contoso.Test')).toEqual({
    realm: 'CORP.CONTOSO.TEST',
    netbios: 'CORP',
    dns: 'corp.contoso.test',
    baseDn: 'DC=corp,DC=contoso,DC=test',
    serverName: 'dc1.corp.contoso.test',
  });
});

it.each(['LAB', '', 'sixteencharacter.test', 'a b.test', '1lab.test'])('refuses "%s" as a realm', (realm) => {
  expect(() => domainOf(realm)).toThrow(/must be a DNS name such as LAB\.TEST/);
});

it('keeps every file of a controller in its own folder and listens on its own address only', () => {
  const text = renderSmbConf({
    domain: domainOf('LAB.TEST'),
    folder: '/f',
    address: '127.0.0.9',
    schemaUpdates: false,
  });
  const folders = [...text.matchAll(/director\w* = (.*)|dir = (.*)/g)].map((match) => match[1] ?? match[2]);
  expect(folders.length).toBeGreaterThan(7);
  for (const folder of folders) expect(folder).toMatch(/^\/f\//);
  expect(text).toContain('interfaces = 127.0.0.9/8');
  expect(text).toContain('bind interfaces only = yes');
  expect(text).toContain('dsdb:schema update allowed = no');
});
