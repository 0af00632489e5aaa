import type { Client } from 'ldapts';
import { withConnection } from './connection.ts';
import type { DomainController } from './controller.ts';
import { addDeviceRegistration } from './device-registration.ts';
import { letWrite } from './let-write.ts';
import { readPeople, readPrincipals } from './principals.ts';
import { addComputer, addGroup, addPerson, addServiceAccount, type GroupScope } from './seed-objects.ts';
import type { Principal, SeededDirectory, SeedOptions } from './seed-types.ts';

/**
 * Fills a new domain with what an organisation has before anything is written back: people, computers, groups of its
 * own, and an account for the relay with rights on one OU. 300 people take about half a second.
 */
export async function seedDirectory(
  dc: DomainController,
  options: SeedOptions = {},
): Promise<SeededDirectory> {
  const { people = 20, computers = 3, writeback = ['group'] } = options;
  const { registeredDevices = writeback.includes('device') } = options;
  const writebackOu = `OU=EntraWriteback,${dc.baseDn}`;
  const peopleOu = `OU=People,${dc.baseDn}`;
  const groupsOu = `OU=Groups,${dc.baseDn}`;
  const computersOu = `OU=Workstations,${dc.baseDn}`;
  const devices = `CN=RegisteredDevices,${dc.baseDn}`;
  const bindDn = `CN=svc-writeback,CN=Users,${dc.baseDn}`;
  const account = { name: 'svc-writeback', upn: `svc-writeback@${dc.domain}`, password: 'Writes-back-1' };

  await withConnection(dc, async (client) => {
    for (const dn of [writebackOu, peopleOu, groupsOu, computersOu]) {
      await client.add(dn, { objectClass: 'organizationalUnit' });
    }
    await addServiceAccount(client, bindDn, account);
    await each(people, (index) => addPerson(client, peopleOu, dc.domain, index));
    await each(computers, (index) => addComputer(client, computersOu, dc.domain, index));
    if (registeredDevices) await addDeviceRegistration(client, dc.baseDn, devices);
  });
  const synced = await readPeople(dc, peopleOu);
  const groups = await addGroups(dc, groupsOu, synced.slice(0, 1));
  const serviceAccount = only(await readPrincipals(dc, bindDn), bindDn);
  // The first logon of an account writes lastLogonTimestamp, and with it uSNChanged: have it over before tests compare.
  await withConnection({ ...dc, bindDn, password: account.password }, async () => undefined);
  for (const kind of writeback) {
    const container = kind === 'device' ? devices : writebackOu;
    await letWrite(dc, {
      account: account.upn,
      kind,
      container,
      restoreDeleted: options.bringBack ?? false,
    });
  }
  return {
    writebackOu,
    peopleOu,
    groupsOu,
    computersOu,
    devicesContainer: registeredDevices ? devices : undefined,
    people: synced,
    computers: await readPrincipals(dc, computersOu),
    groups,
    serviceAccount: { ...serviceAccount, bindDn, upn: account.upn, password: account.password },
  };
}

async function addGroups(
  dc: DomainController,
  ou: string,
  members: readonly Principal[],
): Promise<SeededDirectory['groups']> {
  const memberDns = members.map(({ dn }) => dn);
  const add = async (client: Client, scope: GroupScope): Promise<Principal> => {
    const dn = await addGroup(client, ou, scope, memberDns);
    return only(await readPrincipals(dc, dn), dn);
  };
  return withConnection(dc, async (client) => ({
    universal: await add(client, 'universal'),
    global: await add(client, 'global'),
    domainLocal: await add(client, 'domainLocal'),
  }));
}

/** Sends all requests at once on one connection: waiting for each answer would double the time. */
async function each(count: number, add: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => add(index)));
}

function only(found: readonly Principal[], dn: string): Principal {
  const [principal] = found;
  if (principal === undefined) throw new Error(`${dn} was added but is not found`);
  return principal;
}
