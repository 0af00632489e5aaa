import { readFile } from 'node:fs/promises';
import { Attribute, Change, Client, type Control } from 'ldapts';
import { expect } from 'vitest';
import {
  type LdapProxy,
  type LdapProxyOptions,
  startLdapProxy,
} from '../../../local/ldap-proxy/ldap-proxy.ts';
import type { DomainController } from '../../../local/samba/domain-controller.ts';
import type { SeededDirectory } from '../../../local/samba/seed-types.ts';
import { startSeededController } from '../../../local/samba/seeded-controller.ts';

export type World = {
  readonly dc: DomainController;
  readonly seeded: SeededDirectory;
  readonly proxy: LdapProxy;
  /** A client bound through the proxy. */
  readonly client: Client;
  dn(name: string): string;
  group(name: string, groupType: GroupType, members?: readonly string[]): Promise<string>;
  modify(
    dn: string,
    operation: 'add' | 'delete' | 'replace',
    type: string,
    values: readonly string[],
  ): Promise<void>;
  connect(): Promise<Client>;
  stop(): Promise<void>;
};

/** groupType of security groups (MS-ADTS 2.2.12). */
const groupTypes = { universal: '-2147483640', global: '-2147483646', domainLocal: '-2147483644' } as const;
export type GroupType = keyof typeof groupTypes;
export const groupTypeOf = (type: GroupType): string => groupTypes[type];

/** A seeded domain behind a proxy, and a client in front of it. */
export async function startWorld(options: Partial<LdapProxyOptions> = {}): Promise<World> {
  const { dc, directory: seeded } = await startSeededController();
  const proxy = await startLdapProxy({ upstream: { url: dc.url, caFile: dc.caFile }, ...options });
  const connect = async () => {
    const client = new Client({
      url: proxy.url,
      tlsOptions: { ca: [await readFile(proxy.caFile)] },
      timeout: 20_000,
    });
    await client.bind(dc.bindDn, dc.password);
    return client;
  };
  const client = await connect();
  const dn = (name: string) => `CN=${name},${seeded.writebackOu}`;
  return {
    dc,
    seeded,
    proxy,
    client,
    dn,
    connect,
    group: async (name, groupType, members = []) => {
      const attributes = { objectClass: 'group', groupType: groupTypes[groupType] };
      await client.add(dn(name), members.length === 0 ? attributes : { ...attributes, member: [...members] });
      return dn(name);
    },
    modify: (at, operation, type, values) =>
      client.modify(
        at,
        new Change({ operation, modification: new Attribute({ type, values: [...values] }) }),
      ),
    stop: async () => {
      await client.unbind();
      await proxy.stop();
      await dc.stop();
    },
  };
}

/** The result code and the text with which a request fails. */
export const refusal = (resultCode: number, text: string) => ({
  code: resultCode,
  message: expect.stringContaining(text),
});

/** The one entry at this DN. */
export async function read(
  client: Client,
  dn: string,
  attributes: readonly string[],
  controls: readonly Control[] = [],
) {
  const { searchEntries } = await client.search(dn, { scope: 'base', attributes: [...attributes] }, [
    ...controls,
  ]);
  const [entry] = searchEntries;
  if (entry === undefined) throw new Error(`${dn} is not there`);
  return entry;
}
