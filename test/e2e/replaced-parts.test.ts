import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { deviceSecurityId } from '../../local/graph/contoso/devices.ts';
import { startGraph } from '../../local/graph/start.ts';
import { createTenant } from '../../local/graph/tenant/tenant.ts';
import { withConnection } from '../../local/samba/connection.ts';
import { addDeviceRegistration } from '../../local/samba/device-registration.ts';
import { startDomainController } from '../../local/samba/domain-controller.ts';
import { search } from '../../local/samba/search.ts';
import { startBroker } from '../../local/service-bus/broker.ts';
import type { ChildLine } from '../../local/stack/child.ts';
import { readStackOptions } from '../../local/stack/options.ts';
import { startStack } from '../../local/stack/stack.ts';

/** Every part of the local stack can be another one: a tenant, a directory, a namespace, a policy. */

const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('a stack of other parts', () => {
  it('writes a group of that Graph to that directory, by that policy, over that Service Bus', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-parts-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const tenant = createTenant({ tenantId: '11111111-2222-3333-4444-555555555555' });
    const [graph, dc, broker] = await Promise.all([
      startGraph({
        tenant,
        certificateDirectory: folder,
        adminToken: 'unused',
        // Somebody else's double: it takes whatever token it is shown.
        verifyToken: () => ({ appId: 'anyone', isAdmin: false, isDelegated: false }),
      }),
      startDomainController({ realm: 'OTHER.EXAMPLE' }),
      startBroker({ entities: 'infra/service-bus.json' }),
    ]);
    stops.push(graph.stop, dc.stop, broker.stop);
    await withConnection(dc, (client) =>
      addDeviceRegistration(client, dc.baseDn, `CN=Appareils,${dc.baseDn}`),
    );
    await writeFile(join(folder, 'password'), `${dc.password}\n`);
    await writeFile(
      join(folder, 'policy.yaml'),
      'groups:\n  - rule: Everything\n    writeback: true\n    name: { commonName: "Group_{id}" }\ndevices: [{ rule: All }]\n',
    );
    const heard: ((line: ChildLine) => void)[] = [];
    const written = (kind: string): Promise<void> =>
      new Promise((resolve) => {
        heard.push(({ event }) => {
          const message = String(event.message);
          if (message.includes('"result":"applied"') && message.includes(`"kind":"${kind}"`)) resolve();
        });
      });
    const stack = await startStack(
      readStackOptions({
        graphUrl: graph.url,
        graphCa: graph.caFile,
        ldapUrl: dc.url,
        ldapBindDn: dc.bindDn,
        ldapPasswordFile: join(folder, 'password'),
        ldapCa: dc.caFile,
        serviceBus: broker.connectionString,
        policy: join(folder, 'policy.yaml'),
        directory: folder,
      }),
      (line) => {
        for (const hear of heard) hear(line);
      },
    );
    stops.push(stack.stop);
    expect(stack.file.ldap.baseDn).toBe('DC=other,DC=example');
    const [groupWritten, deviceWritten] = [written('group'), written('device')];
    const { id } = tenant.create('group', {
      displayName: 'Elsewhere',
      mailEnabled: false,
      mailNickname: 'elsewhere',
      securityEnabled: true,
      groupTypes: [],
    });
    await groupWritten;
    const [entry] = await search(dc, dc.baseDn, `(adminDescription=Group_${id})`, ['cn']);
    expect(entry?.dn).toBe(`CN=Group_${id},OU=EntraWriteback,DC=other,DC=example`);
    const deviceId = '99999999-8888-4777-8666-555555555555';
    tenant.create('device', {
      accountEnabled: true,
      alternativeSecurityIds: [deviceSecurityId('A'.repeat(40), `${'B'.repeat(43)}=`)],
      deviceId,
      displayName: 'Elsewhere',
      trustType: 'AzureAd',
    });
    await deviceWritten;
    const [device] = await search(dc, dc.baseDn, '(objectClass=msDS-Device)', ['cn']);
    expect(device?.dn).toBe(`CN=${deviceId},CN=Appareils,DC=other,DC=example`);
    expect(JSON.parse(await readFile(stack.stackFile, 'utf8'))).toMatchObject({ graph: { url: graph.url } });
  }, 90_000);

  it.each([
    [{ ldapUrl: 'ldaps://dc1' }, '--ldap-bind-dn'],
    [{ graphCa: 'ca.pem' }, '--graph-url'],
    [{ identity: 'nobody' }, 'local or environment'],
  ])('names what is missing in %j', (given, named) => {
    expect(() => readStackOptions(given)).toThrow(named);
  });
});
