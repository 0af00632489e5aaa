import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { type SeededController, startSeededController } from '../../../local/samba/seeded-controller.ts';
import type { Discovery } from '../../../shared/flow/ask/discover.ts';
import type { Event } from '../world.ts';
import { named, startTenant, type Tenant } from './tenant.ts';

/** An AD that is prepared for Exchange, and one that is not. */

const addressList = 'CN=Global,CN=Address Lists';
const policy = (baseDn: string) => ({
  exchange: { organization: 'Contoso', addressLists: [`${addressList},${baseDn}`] },
  groups: [
    { rule: 'Security', when: named('Rights'), as: 'mailEnabledSecurity' },
    { rule: 'Without mail', when: named('Quiet'), mail: 'never' },
    { rule: 'Plain security', when: named('Plain'), as: 'security' },
    { rule: 'Others' },
  ],
});
const mail = [
  'mail',
  'mailNickname',
  'proxyAddresses',
  'msExchRecipientDisplayType',
  'legacyExchangeDN',
  'showInAddressBook',
] as const;

describe('AD prepared for Exchange', () => {
  let tenant: Tenant;
  let controller: SeededController;
  let folder: string;

  beforeAll(async () => {
    controller = await startSeededController({
      schema: 'exchange',
      seed: { people: 20, writeback: ['group'] },
    });
    folder = await mkdtemp(join(tmpdir(), 'entra-writeback-exchange-'));
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, controller.directory.serviceAccount.password);
    const { url, caFile, baseDn } = controller.dc;
    await withConnection(controller.dc, async (client) => {
      for (const place of ['OU=Users', 'OU=Quarantine'])
        await client.add(`${place},OU=EntraWriteback,${baseDn}`, { objectClass: 'organizationalUnit' });
      await client.add(`CN=Address Lists,${baseDn}`, { objectClass: 'container' });
      await client.add(`${addressList},${baseDn}`, { objectClass: 'container' });
    });
    tenant = await startTenant(policy(baseDn), {
      ldapUrl: url,
      ldapCa: caFile,
      ldapBindDn: controller.directory.serviceAccount.bindDn,
      ldapPasswordFile: passwordFile,
    });
  }, 120_000);

  afterAll(async () => {
    await tenant?.stop();
    await controller?.dc.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const mailOf = async (id: string) => {
    const { values } = await tenant.group(id);
    return Object.fromEntries(mail.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
  };

  it('gives a Microsoft 365 group its mail attributes, and what shows it in the address list without Update-Recipient', async () => {
    const id = await tenant.written('Sales', 'microsoft365', { mailNickname: 'sales' });
    expect(await mailOf(id)).toEqual({
      mail: ['sales@contoso.com'],
      mailNickname: ['sales'],
      proxyAddresses: ['SMTP:sales@contoso.com'],
      msExchRecipientDisplayType: ['1'],
      legacyExchangeDN: [
        expect.stringMatching(
          /^\/o=Contoso\/ou=Exchange Administrative Group \(FYDIBOHF23SPDLT\)\/cn=Recipients\/cn=/,
        ),
      ],
      showInAddressBook: [`${addressList},${controller.dc.baseDn}`],
    });
  });

  it('marks a mail-enabled security group as one', async () => {
    const id = await tenant.written('Rights', 'microsoft365', { mailNickname: 'rights' });
    expect((await mailOf(id)).msExchRecipientDisplayType).toEqual(['1073741833']);
  });

  it('leaves mail out where the rule says so, and takes it off a group that becomes a plain security group', async () => {
    expect(await mailOf(await tenant.written('Quiet'))).toEqual({});
    const id = await tenant.written('Loud', 'microsoft365', { mailNickname: 'loud' });
    await tenant.changed(
      id,
      () => tenant.patch(id, { displayName: 'Plain' }),
      (event) => String(event.operations).includes('move'),
    );
    expect(await mailOf(id)).toEqual({});
  });

  it('is what discover says', async () => {
    const { forest } = (await (await tenant.api('/discover')).json()) as Discovery;
    expect(forest).toMatchObject({ known: true, value: { exchangePrepared: true } });
  });
});

describe('AD that is not prepared for Exchange', () => {
  let tenant: Tenant;

  beforeAll(async () => {
    tenant = await startTenant({ groups: [{ rule: 'All' }] });
  }, 120_000);

  afterAll(() => tenant?.stop());

  it('gets no mail attributes, and says so once for all groups, and where people plan', async () => {
    for (const name of ['Sales', 'Support', 'Stock']) {
      const id = await tenant.written(name, 'microsoft365', { mailNickname: name });
      const { values } = await tenant.group(id);
      expect(mail.filter((one) => values[one] !== undefined)).toEqual([]);
      expect(await tenant.violations(id)).toEqual([]);
    }
    const told = (event: Event) => event.event === 'violation.opened' && event.code === 'MAIL_LEFT_OUT';
    await tenant.event(told, 0, 'MAIL_LEFT_OUT');
    expect(tenant.events.filter(told)).toMatchObject([{ severity: 'information', subject: 'Exchange' }]);
    const { forest } = (await (await tenant.api('/discover')).json()) as Discovery;
    expect(forest).toMatchObject({ known: true, value: { exchangePrepared: false } });
  });
});
