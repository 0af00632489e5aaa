import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import type { SettingsPatch } from '../../../../local/graph/behaviour/behaviour.ts';
import { startGraph } from '../../../../local/graph/start.ts';
import { createTenant } from '../../../../local/graph/tenant/tenant.ts';
import { EntraId } from '../../../../shared/domain/index.ts';
import { createGraph, type GraphSettings, type RequestSeen } from '../../../../shared/graph/index.ts';

export const appToken = 'app-token';

/** A credential that gives one token and remembers what for. */
export const credentialOf = (token: string) => {
  const scopes: (string | string[])[] = [];
  return {
    scopes,
    getToken: async (scope: string | string[]) => {
      scopes.push(scope);
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
};

/** Lets this process trust a CA; a product does the same by NODE_EXTRA_CA_CERTS. */
export const trust = (ca: string): void =>
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca]);

/** A client whose waiting is recorded instead of done: its clock goes on by what it sleeps. */
export const clientOf = (baseUrl: string, more: Partial<GraphSettings> = {}) => {
  const slept: number[] = [];
  const seen: RequestSeen[] = [];
  let aheadMs = 0;
  const graph = createGraph({
    baseUrl,
    credential: credentialOf(appToken),
    now: () => new Date(Date.now() + aheadMs),
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
      aheadMs += ms;
    },
    onRequest: (one) => seen.push(one),
    ...more,
  });
  return { graph, slept, seen };
};

/** A Graph double with an empty tenant, and our client on it. */
export const startWorld = async (behaviour: SettingsPatch = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'graph-client-'));
  const tenant = createTenant({ tenantId: '9a3d526c-b3c1-4479-ba74-197b5c5751ae', seed: 'client' });
  const double = await startGraph({
    tenant,
    certificateDirectory: folder,
    adminToken: 'admin',
    verifyToken: (token) =>
      token === appToken ? { appId: '24d3b144-21ae-4080-943f-7067b395b913' } : undefined,
    behaviour,
  });
  trust(readFileSync(double.caFile, 'utf8'));
  return {
    tenant,
    double,
    client: (more: Partial<GraphSettings> = {}) => clientOf(double.url, more),
    /** Resource units and requests since the last call, by route. */
    spent: () => {
      const report = double.statistics.report();
      double.statistics.reset();
      return report;
    },
    stop: async () => {
      await double.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;

export const idOf = (object: { readonly id: string }): EntraId => EntraId.parse(object.id);

export const group = (displayName: string, more: Record<string, unknown> = {}) => ({
  displayName,
  mailEnabled: false,
  mailNickname: displayName.toLowerCase().replaceAll(/\W+/g, '-'),
  securityEnabled: true,
  groupTypes: [],
  ...more,
});

export const user = (name: string, more: Record<string, unknown> = {}) => ({
  displayName: name,
  userPrincipalName: `${name.toLowerCase().replaceAll(/\W+/g, '.')}@contoso.com`,
  accountEnabled: true,
  userType: 'Member',
  ...more,
});

export const syncedUser = (name: string, rid: number) =>
  user(name, { onPremisesSyncEnabled: true, onPremisesSecurityIdentifier: `S-1-5-21-1-2-3-${rid}` });

/** Everything that a stream brings. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}
