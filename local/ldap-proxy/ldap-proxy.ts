import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { createAuthority, createServerCertificate } from '../samba/certificates.ts';
import { createFaults, type Faults } from './faults.ts';
import type { OperationName } from './protocol.ts';
import { adRules } from './rules/ad-rules.ts';
import { createRecycleBin } from './rules/recycle-bin.ts';
import { runSession } from './session.ts';

/** The domain controller behind the proxy. */
export type Upstream = {
  /** `ldaps://…`. */
  readonly url: string;
  readonly caFile: string;
  /** The name on its certificate, where it is not the host of the URL. */
  readonly serverName?: string;
};

export type LdapProxyOptions = {
  readonly upstream: Upstream;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** `ad`: as strict as Windows AD where Samba is lax (the default). `none`: pass everything as it is. */
  readonly rules?: 'ad' | 'none';
  /**
   * Whether deleted objects keep attributes and links, and get them back when they are reanimated, as in a forest where the
   * Recycle Bin is enabled. Default: no; they become tombstones, as in a forest where it is not. Only with rules `ad`.
   */
  readonly recycleBin?: boolean;
};

export type LdapProxy = {
  /** `ldaps://address:port`. */
  readonly url: string;
  /** PEM file of the authority that signed the proxy's certificate. */
  readonly caFile: string;
  /** Makes requests go wrong. */
  readonly faults: Faults;
  /** How many requests of each kind came; {@link resetCounters} sets them to none. */
  readonly requests: Readonly<Partial<Record<OperationName, number>>>;
  resetCounters(): void;
  /** Breaks every connection, as a network does. */
  cutAll(): void;
  stop(): Promise<void>;
};

/** Starts a proxy for LDAPS in front of a domain controller. */
export async function startLdapProxy(options: LdapProxyOptions): Promise<LdapProxy> {
  const { upstream, address = '127.0.0.1', port = 0, rules = 'ad', recycleBin = false } = options;
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-ldap-proxy-'));
  const caFile = join(folder, 'ca.pem');
  // A name of its own: OpenSSL looks for an authority by name, and takes the first of several with the same.
  const authority = await createAuthority(`entra-writeback local LDAP proxy ${randomUUID()}`);
  const own = await createServerCertificate(authority, { hosts: ['localhost'], addresses: [address] });
  await writeFile(caFile, authority.cert);

  const trusted = await readFile(upstream.caFile, 'utf8');
  const { hostname, port: upstreamPort } = new URL(upstream.url);
  const target = {
    host: hostname,
    port: Number(upstreamPort || 636),
    ca: trusted,
    ...(upstream.serverName === undefined ? {} : { servername: upstream.serverName }),
  };
  const faults = createFaults();
  const requests: Partial<Record<OperationName, number>> = {};
  const bin = recycleBin ? [createRecycleBin()] : [];
  const clients = new Set<TLSSocket>();

  const server = createServer({ cert: own.cert, key: own.key }, (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    runSession({
      client,
      server: connect(target),
      rules: rules === 'ad' ? [...adRules(), ...bin] : [],
      faults,
      count: ({ operation }) => {
        requests[operation] = (requests[operation] ?? 0) + 1;
      },
    });
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(port, address);
  await once(server, 'listening');
  const cutAll = () => {
    for (const client of clients) client.destroy();
  };
  return {
    url: `ldaps://${address}:${portOf(server.address())}`,
    caFile,
    faults,
    requests,
    resetCounters: () => {
      for (const operation of Object.keys(requests)) Reflect.deleteProperty(requests, operation);
    },
    cutAll,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port.');
  return address.port;
}
