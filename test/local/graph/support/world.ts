import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import type { SettingsPatch } from '../../../../local/graph/behaviour/behaviour.ts';
import { inventUsers } from '../../../../local/graph/contoso/people.ts';
import { seedContoso } from '../../../../local/graph/contoso.ts';
import type { Caller } from '../../../../local/graph/http/exchange.ts';
import { type Graph, startGraph } from '../../../../local/graph/start.ts';
import type { Json } from '../../../../local/graph/tenant/objects.ts';
import { createTenant } from '../../../../local/graph/tenant/tenant.ts';

export const adminToken = 'admin-token';
export const appToken = 'app-token';
/** A token with the roles of a careful reader; the other tokens name no roles and may do everything. */
export const groupReaderToken = 'group-reader-token';
export const readerToken = 'reader-token';
export const appId = '24d3b144-21ae-4080-943f-7067b395b913';
export const tenantId = '9a3d526c-b3c1-4479-ba74-197b5c5751ae';

/** JSON as it was parsed: tests look into it at will. */
export type Parsed = ReturnType<typeof JSON.parse>;

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Parsed;
};

const callers: Readonly<Record<string, Caller>> = {
  [appToken]: { appId },
  [groupReaderToken]: { appId, roles: ['Group.Read.All'] },
  [readerToken]: { appId, roles: ['Group.Read.All', 'User.Read.All', 'Device.Read.All'] },
};

export type Call = {
  readonly token?: string | null;
  readonly body?: Json;
  readonly headers?: Record<string, string>;
};

/** A running double with a small Contoso, a clock in the test's hand, and a way to call it. */
export const startWorld = async (
  options: { behaviour?: SettingsPatch; users?: number; now?: number } = {},
) => {
  const certificateDirectory = mkdtempSync(join(tmpdir(), 'graph-double-'));
  const clock = { now: options.now ?? Date.UTC(2026, 0, 6, 12) };
  const tenant = createTenant({ tenantId, seed: 'test', now: () => clock.now });
  const contoso = seedContoso(tenant, { users: inventUsers(options.users ?? 60), devices: 20 });
  const graph: Graph = await startGraph({
    tenant,
    certificateDirectory,
    adminToken,
    verifyToken: (token) => callers[token],
    ...(options.behaviour ? { behaviour: options.behaviour } : {}),
  });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(graph.caFile, 'utf8')]);

  const call = async (
    method: string,
    path: string,
    { token = appToken, body, headers = {} }: Call = {},
  ): Promise<Answer> => {
    const response = await fetch(path.startsWith('https:') ? path : `${graph.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };

  return {
    graph,
    tenant,
    contoso,
    clock,
    call,
    get: (path: string, options?: Call) => call('GET', path, options),
    post: (path: string, body: Json, options?: Call) => call('POST', path, { body, ...options }),
    patch: (path: string, body: Json, options?: Call) => call('PATCH', path, { body, ...options }),
    remove: (path: string, options?: Call) => call('DELETE', path, options),
    /** Follows `@odata.nextLink` to the end; answers every value and the last page. */
    all: async (path: string, headers: Record<string, string> = {}) => {
      const values: Parsed[] = [];
      const pages: Parsed[] = [];
      let next: string | undefined = path;
      while (next !== undefined) {
        const { status, body, text }: Answer = await call('GET', next, { headers });
        if (status !== 200) throw new Error(`GET ${next} answered ${status}: ${text}`);
        pages.push(body);
        values.push(...body.value);
        next = body['@odata.nextLink'];
      }
      return { values, pages, last: pages.at(-1) };
    },
    stop: async () => {
      await graph.stop();
      rmSync(certificateDirectory, { recursive: true, force: true });
    },
  };
};

export type TestWorld = Awaited<ReturnType<typeof startWorld>>;

export const newGroup = (displayName: string, more: Record<string, Json> = {}): Record<string, Json> => ({
  displayName,
  mailEnabled: false,
  mailNickname: displayName.toLowerCase().replace(/\W+/g, '-'),
  securityEnabled: true,
  ...more,
});
