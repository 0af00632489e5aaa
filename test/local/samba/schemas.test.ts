import { Attribute, Change } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import {
  type DomainController,
  type Schema,
  startDomainController,
} from '../../../local/samba/domain-controller.ts';
import { find, search } from '../../../local/samba/search.ts';

async function withController<T>(schema: Schema, work: (dc: DomainController) => Promise<T>): Promise<T> {
  const dc = await startDomainController({ schema });
  try {
    return await work(dc);
  } finally {
    await dc.stop();
  }
}

it.each([
  ['2008_R2', '47', []],
  ['2012_R2', '69', ['msDS-Device']],
  ['2016', '87', ['msDS-Device', 'msDS-ExternalDirectoryObjectId']],
  [
    'exchange',
    '87',
    ['mailNickname', 'msDS-Device', 'msDS-ExternalDirectoryObjectId', 'msExchSchemaVersionPt'],
  ],
] as const)('schema %s has object version %s and %j', { timeout: 60_000 }, async (schema, version, names) => {
  await withController(schema, async (dc) => {
    const schemaDn = `CN=Schema,CN=Configuration,${dc.baseDn}`;
    expect((await find(dc, schemaDn, ['objectVersion']))?.values.objectVersion).toEqual([version]);
    const telling = [
      'msDS-Device',
      'msDS-ExternalDirectoryObjectId',
      'mailNickname',
      'msExchSchemaVersionPt',
    ];
    const filter = `(|${telling.map((name) => `(lDAPDisplayName=${name})`).join('')})`;
    const found = await search(dc, schemaDn, filter, ['lDAPDisplayName']);
    expect(found.map(({ values }) => values.lDAPDisplayName?.[0]).sort()).toEqual([...names]);
  });
});

describe('the Exchange stand-in', () => {
  it('shows the version by which Exchange is recognised, and takes its attributes on groups', async () => {
    await withController('exchange', async (dc) => {
      const version = `CN=ms-Exch-Schema-Version-Pt,CN=Schema,CN=Configuration,${dc.baseDn}`;
      expect((await find(dc, version))?.values.rangeUpper).toEqual(['17003']);
      expect(await find(dc, `CN=Microsoft Exchange,CN=Services,CN=Configuration,${dc.baseDn}`)).toBeDefined();

      const group = `CN=Mailing,CN=Users,${dc.baseDn}`;
      const values = {
        mailNickname: ['mailing'],
        hideDLMembership: ['TRUE'],
        msExchRecipientDisplayType: ['1'],
        msExchRecipientTypeDetails: ['8796093022208'],
        authOrig: [dc.bindDn, `CN=Guest,CN=Users,${dc.baseDn}`],
        extensionAttribute15: ['fifteen'],
        msExchExtensionCustomAttribute5: ['a', 'b'],
        msExchMailboxGuid: ['0123456789abcdef'],
      };
      await withConnection(dc, (client) => client.add(group, { objectClass: 'group', ...values }));
      const found = await find(dc, group, Object.keys(values));
      for (const [name, expected] of Object.entries(values)) {
        expect([...(found?.values[name] ?? [])].sort(), name).toEqual([...expected].sort());
      }
    });
  });

  it('refuses what Exchange refuses, and allows no further schema change', async () => {
    await withController('exchange', async (dc) => {
      const group = `CN=Mailing,CN=Users,${dc.baseDn}`;
      const replace = (type: string, values: string[]) =>
        new Change({ operation: 'replace', modification: new Attribute({ type, values }) });
      await withConnection(dc, async (client) => {
        await client.add(group, { objectClass: 'group' });
        await expect(client.modify(group, replace('mailNickname', ['a', 'b']))).rejects.toMatchObject({
          code: 20,
        });
        await expect(client.modify(group, replace('mailNickname', ['x'.repeat(65)]))).rejects.toMatchObject({
          code: 21,
        });
        await expect(client.modify(group, replace('hideDLMembership', ['yes']))).rejects.toMatchObject({
          code: 21,
        });
        const mailRecipient = `CN=Mail-Recipient,CN=Schema,CN=Configuration,${dc.baseDn}`;
        const add = new Change({
          operation: 'add',
          modification: new Attribute({ type: 'mayContain', values: ['drink'] }),
        });
        await expect(client.modify(mailRecipient, add)).rejects.toMatchObject({ code: 53 });
      });
    });
  });
});
