import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';
import { createIssuer, type Issuer, type ManagedIdentity } from './issuer.ts';
import { readTokenRequest } from './request.ts';

const PATH = '/msi/token';
/** 24 hours, the lifetime of a managed identity's token in Azure. */
const DEFAULT_LIFETIME_SECONDS = 86_400;

export type IdentityOptions = {
  readonly tenantId: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly tokenLifetimeSeconds?: number;
  /** Of the identity; both are made up when not given. */
  readonly clientId?: string;
  readonly objectId?: string;
  /** Application permissions that tokens carry in `roles`. */
  readonly roles?: readonly string[];
  /** Milliseconds since 1970; `Date.now` when not given. */
  readonly now?: () => number;
};

export type Identity = Pick<Issuer, 'verify'> & {
  /** The value of IDENTITY_ENDPOINT. */
  readonly endpoint: string;
  /** The value of IDENTITY_HEADER, a secret of this run. */
  readonly header: string;
  readonly clientId: string;
  readonly objectId: string;
  stop(): Promise<void>;
};

/**
 * Starts App Service's managed-identity endpoint on loopback. With IDENTITY_ENDPOINT and IDENTITY_HEADER in its environment an
 * unmodified `DefaultAzureCredential` gets its tokens here.
 */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { port = 0, tokenLifetimeSeconds = DEFAULT_LIFETIME_SECONDS, now = Date.now } = options;
  const identity: ManagedIdentity = {
    tenantId: options.tenantId,
    clientId: options.clientId ?? randomUUID(),
    objectId: options.objectId ?? randomUUID(),
    roles: options.roles ?? GRAPH_ROLES,
  };
  const header = randomUUID();
  const issuer = createIssuer(identity, tokenLifetimeSeconds, now);
  const expected = { header, clientId: identity.clientId };
  const server = createServer((request, response) => {
    const { status, body } = answer(issuer, expected, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    endpoint: `http://127.0.0.1:${portOf(server)}${PATH}`,
    header,
    clientId: identity.clientId,
    objectId: identity.objectId,
    verify: issuer.verify,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Permissions of Microsoft Graph: to read everything that is written back, and to send alerts by mail. */
const GRAPH_ROLES = [
  'Group.Read.All',
  'GroupMember.Read.All',
  'User.Read.All',
  'Device.Read.All',
  'Mail.Send',
];

type Answer = { readonly status: number; readonly body: object };

function answer(
  issuer: Issuer,
  expected: { readonly header: string; readonly clientId: string },
  request: IncomingMessage,
): Answer {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method !== 'GET' || url.pathname !== PATH)
    return refusal(404, `Only GET ${PATH} is served here.`);
  const presented = z.string().optional().parse(request.headers['x-identity-header']);
  const asked = readTokenRequest(url.searchParams, presented, expected);
  if (!asked.ok) return refusal(asked.status, asked.message);

  const { token, expiresOn } = issuer.issue(asked.resource);
  return {
    status: 200,
    body: {
      access_token: token,
      client_id: expected.clientId,
      expires_on: String(expiresOn),
      resource: asked.resource,
      token_type: 'Bearer',
    },
  };
}

function refusal(status: number, message: string): Answer {
  return { status, body: { statusCode: status, message, correlationId: randomUUID() } };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The identity server has no port.');
  return address.port;
}
