import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'ldapts';
import { absoluteDn, isBelow, parentOf } from '../../relay/plan/dn.ts';
import { seedContoso } from '../graph/contoso.ts';
import { type Graph, startGraph } from '../graph/start.ts';
import { createTenant } from '../graph/tenant/tenant.ts';
import type { Identity } from '../identity/index.ts';
import { withConnection } from '../samba/connection.ts';
import type { DomainController } from '../samba/controller.ts';
import { letWrite } from '../samba/let-write.ts';
import type { SeededDirectory } from '../samba/seed-types.ts';
import { startSeededController } from '../samba/seeded-controller.ts';
import type { StackOptions } from './options.ts';
import { demoOu, type Place } from './policy.ts';

/** Something that was started and has to be stopped. */
export type Started<T> = T & { readonly stop: () => Promise<void> };

/** Where AD is, and with which accounts. */
export type DirectoryPart = {
  readonly url: string;
  readonly caFile: string | undefined;
  readonly baseDn: string;
  /** An account that reads and prepares everything: for people and for other programs. */
  readonly bindDn: string;
  readonly password: string;
  /** The account of the relay: least privilege where the domain controller is ours. */
  readonly relay: { readonly bindDn: string; readonly password: string };
  /** Where its device registration service wants devices, in a directory that was there before. */
  readonly deviceContainers: readonly string[];
  /** Users and groups of a domain controller that was seeded here. */
  readonly seeded: SeededDirectory | undefined;
  /** The domain controller, where it is ours. */
  readonly controller: DomainController | undefined;
};

/** Where the default policy puts users, and those that leave. */
const userPlaces = ['OU=Users,OU=EntraWriteback', 'OU=Quarantine,OU=EntraWriteback'] as const;

const nothingToStop = async (): Promise<void> => {};

/** The AD that was named, or a Samba domain controller with some hundred users; with the places of the policy. */
export async function startDirectory(
  options: StackOptions,
  places: readonly Place[],
): Promise<Started<DirectoryPart>> {
  if (options.ldapUrl) return givenDirectory(options, places);
  const { dc, directory } = await startSeededController({
    seed: {
      people: 300,
      computers: 20,
      writeback: ['group', 'user', 'device'],
      registeredDevices: true,
      bringBack: true,
    },
  });
  await withConnection(dc, async (client) => {
    for (const place of userPlaces) await ensureContainer(client, `${place},${dc.baseDn}`);
  });
  const account = directory.serviceAccount.upn;
  for (const { kind, dn } of inDomain(places, dc.baseDn)) {
    await letWrite(dc, { account, kind, container: dn, restoreDeleted: true });
  }
  return {
    url: dc.url,
    caFile: dc.caFile,
    baseDn: dc.baseDn,
    bindDn: dc.bindDn,
    password: dc.password,
    relay: { bindDn: directory.serviceAccount.bindDn, password: directory.serviceAccount.password },
    deviceContainers: [],
    seeded: directory,
    controller: dc,
    stop: () => dc.stop(),
  };
}

async function givenDirectory(
  options: StackOptions,
  places: readonly Place[],
): Promise<Started<DirectoryPart>> {
  const { ldapUrl: url = '', ldapBindDn: bindDn = '', ldapPasswordFile = '', ldapCa: caFile } = options;
  const password = (await readFile(ldapPasswordFile, 'utf8')).trim();
  const ca = caFile ? await readFile(caFile) : undefined;
  const client = new Client({ url, connectTimeout: 5000, timeout: 10_000, tlsOptions: ca ? { ca } : {} });
  try {
    await client.bind(bindDn, password);
    const { searchEntries } = await client.search('', {
      scope: 'base',
      attributes: ['defaultNamingContext'],
    });
    const baseDn = String(searchEntries[0]?.defaultNamingContext ?? '');
    if (!baseDn)
      throw new Error(`${url} does not answer like an Active Directory (no defaultNamingContext).`);
    for (const place of [demoOu, ...userPlaces]) await ensureContainer(client, `${place},${baseDn}`);
    for (const { dn } of inDomain(places, baseDn)) await ensureBranch(client, dn, baseDn);
    return {
      url,
      caFile,
      baseDn,
      bindDn,
      password,
      deviceContainers: await deviceContainersOf(client, baseDn),
      relay: { bindDn, password },
      seeded: undefined,
      controller: undefined,
      stop: nothingToStop,
    };
  } finally {
    await client.unbind();
  }
}

/** The relay of a real installation is allowed these by its administrator. */
async function deviceContainersOf(client: Client, baseDn: string): Promise<readonly string[]> {
  const { searchEntries } = await client.search(`CN=Services,CN=Configuration,${baseDn}`, {
    filter: '(objectClass=msDS-DeviceRegistrationService)',
    attributes: ['msDS-DeviceLocation'],
  });
  return searchEntries
    .map((service) => String(service['msDS-DeviceLocation']))
    .filter((container) => isBelow(container, baseDn));
}

/** A place in another domain is not ours to make: the relay refuses it with its reason. */
const inDomain = (places: readonly Place[], baseDn: string): readonly Place[] =>
  places
    .map(({ kind, dn }): Place => ({ kind, dn: absoluteDn(dn, baseDn) }))
    .filter(({ dn }) => isBelow(dn, baseDn));

/** A container and those above it. */
async function ensureBranch(client: Client, dn: string, baseDn: string): Promise<void> {
  const above = parentOf(dn);
  if (above !== undefined && isBelow(above, baseDn)) await ensureBranch(client, above, baseDn);
  await ensureContainer(client, dn);
}

/** The demo needs a place to write to; production has `entra-writeback prepare` for it. */
async function ensureContainer(client: Client, dn: string): Promise<void> {
  const found = await client
    .search(dn, { scope: 'base', attributes: ['ou'] })
    .catch(() => ({ searchEntries: [] }));
  if (found.searchEntries.length > 0) return;
  await client.add(dn, { objectClass: 'organizationalUnit' }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The container ${dn} is missing and cannot be made with the account of --ldap-bind-dn: ${why}. Create it, or give an account that may.`,
      { cause },
    );
  });
}

/** Where Graph is. */
export type GraphPart = {
  readonly url: string;
  readonly caFile: string | undefined;
  /** Opens the built-in double to people and programs; absent for another Graph. */
  readonly token: string | undefined;
  /** The double, where it is ours. */
  readonly double: Graph | undefined;
};

/** The tenant of the local stack. */
export const localTenantId = '7d96d549-841b-4092-9c09-89abae4c860c';

/** The Graph that was named, or the double with the sample tenant Contoso. */
export async function startGraphPart(
  options: StackOptions,
  directory: DirectoryPart,
  identity: Identity,
): Promise<Started<GraphPart>> {
  if (options.graphUrl) {
    return {
      url: options.graphUrl,
      caFile: options.graphCa,
      token: undefined,
      double: undefined,
      stop: nothingToStop,
    };
  }
  const tenant = createTenant({ tenantId: localTenantId });
  seedContoso(tenant, contosoUsers(directory.seeded));
  const adminToken = randomBytes(24).toString('base64url');
  const audience = 'https://graph.microsoft.com';
  const graph = await startGraph({
    tenant,
    certificateDirectory: options.directory,
    adminToken,
    verifyToken: (token) => {
      const verdict = identity.verify(token, audience);
      if (!verdict.ok) return undefined;
      const { appid: appId, oid: objectId, roles } = verdict.claims;
      return { appId, objectId, roles, isAdmin: false, isDelegated: false };
    },
  });
  return { url: graph.url, caFile: graph.caFile, token: adminToken, double: graph, stop: () => graph.stop() };
}

/** The people of the domain controller are the synced users of the tenant, with their real SIDs. */
function contosoUsers(seeded: SeededDirectory | undefined) {
  if (!seeded) return {};
  const { universal, domainLocal, global } = seeded.groups;
  const groups = [universal, domainLocal, global].map((group) => ({
    ...group,
    displayName: group.samAccountName,
  }));
  return { users: seeded.people, groups };
}
