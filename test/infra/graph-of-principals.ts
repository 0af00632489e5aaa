import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** The corner of Microsoft Graph that setup needs: service principals and their app roles, over HTTP. */
export type GraphOfPrincipals = {
  readonly url: string;
  /** What was changed: `POST role` and `DELETE role`, in order. */
  readonly changes: readonly string[];
  /** Names of the permissions that the identity has. */
  granted(): readonly string[];
  close(): void;
};

export const identityId = '3b1f7f5e-0d3a-4c55-9f0e-6a2d9e1c7b01';
export const applicationId = '3b1f7f5e-0d3a-4c55-9f0e-6a2d9e1c7b02';
const graphId = '9d4c1b7a-2f5e-4e8d-8b1a-5c6f7e8d9a03';
const otherId = '9d4c1b7a-2f5e-4e8d-8b1a-5c6f7e8d9a04';

type Options = {
  readonly permissions: readonly string[];
  readonly granted: readonly string[];
  /** Answers 403 to changes, as Graph does without the role. */
  readonly mayGrant?: boolean;
};

const Wanted = z.object({
  principalId: z.literal(identityId),
  resourceId: z.literal(graphId),
  appRoleId: z.guid(),
});

export async function startGraphOfPrincipals(options: Options): Promise<GraphOfPrincipals> {
  const { permissions, mayGrant = true } = options;
  const roleId = (name: string): string =>
    `00000000-0000-4000-8000-${String(permissions.indexOf(name) + 1).padStart(12, '0')}`;
  const nameOf = (id: string): string => permissions.find((name) => roleId(name) === id) ?? id;
  const assigned = new Map(options.granted.map((name) => [`assignment-${name}`, roleId(name)]));
  const changes: string[] = [];

  const server = createServer(async (request, response) => {
    const answer = (status: number, body?: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    const refuse = (status: number, code: string, message: string): void =>
      answer(status, { error: { code, message } });
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://graph');
    const path = pathname.replace('/v1.0/servicePrincipals', '');
    if (request.headers.authorization !== 'Bearer token of an administrator')
      return refuse(401, 'InvalidAuthenticationToken', 'Access token is empty.');
    if (request.method !== 'GET' && !mayGrant)
      return refuse(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    if (request.method === 'GET' && path === `/${identityId}`)
      return answer(200, {
        id: identityId,
        displayName: 'id-entra-writeback',
        servicePrincipalType: 'ManagedIdentity',
      });
    if (request.method === 'GET' && path === `/${applicationId}`)
      return answer(200, { id: applicationId, displayName: 'an app', servicePrincipalType: 'Application' });
    if (request.method === 'GET' && path === "(appId='00000003-0000-0000-c000-000000000000')")
      return answer(200, {
        id: graphId,
        appRoles: [
          ...permissions.map((value) => ({ id: roleId(value), value, allowedMemberTypes: ['Application'] })),
          { id: otherId, value: 'Group.Read.All', allowedMemberTypes: ['User'] },
        ],
      });
    if (request.method === 'GET' && path === `/${identityId}/appRoleAssignments`) {
      const all = [
        { id: 'elsewhere', resourceId: otherId, appRoleId: otherId },
        ...[...assigned].map(([id, appRoleId]) => ({ id, resourceId: graphId, appRoleId })),
      ];
      const at = Number(searchParams.get('at') ?? 0);
      const next = `${urlOf()}/v1.0/servicePrincipals${path}?at=${at + 1}`;
      return answer(200, {
        value: all.slice(at, at + 1),
        ...(at + 1 < all.length && { '@odata.nextLink': next }),
      });
    }
    if (request.method === 'POST' && path === `/${graphId}/appRoleAssignedTo`) {
      const { appRoleId } = Wanted.parse(JSON.parse(await bodyOf(request)));
      assigned.set(`assignment-${nameOf(appRoleId)}`, appRoleId);
      changes.push(`POST ${nameOf(appRoleId)}`);
      return answer(201, { id: `assignment-${nameOf(appRoleId)}` });
    }
    const [, doomed = ''] = new RegExp(`^/${graphId}/appRoleAssignedTo/(.+)$`).exec(path) ?? [];
    if (request.method === 'DELETE' && assigned.has(doomed)) {
      changes.push(`DELETE ${nameOf(assigned.get(doomed) ?? '')}`);
      assigned.delete(doomed);
      return answer(204);
    }
    return refuse(404, 'Request_ResourceNotFound', `Resource '${path}' does not exist.`);
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const urlOf = (): string => {
    const address: AddressInfo | string | null = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
  };
  return {
    url: urlOf(),
    changes,
    granted: () => [...assigned.values()].map(nameOf).sort(),
    close: () => void server.close(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
