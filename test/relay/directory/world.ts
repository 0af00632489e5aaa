import { Attribute, Change } from 'ldapts';
import { type LdapProxy, startLdapProxy } from '../../../local/ldap-proxy/ldap-proxy.ts';
import { withConnection } from '../../../local/samba/connection.ts';
import type { DomainController } from '../../../local/samba/domain-controller.ts';
import type { Entry } from '../../../local/samba/ldif.ts';
import { find } from '../../../local/samba/search.ts';
import type { SeededDirectory } from '../../../local/samba/seed-types.ts';
import { startSeededController } from '../../../local/samba/seeded-controller.ts';
import { type Directory, type DirectorySettings, openDirectory } from '../../../relay/directory/index.ts';
import {
  Dn,
  EntraId,
  markerOf,
  type ObjectGuid,
  type ObjectRef,
  type Operation,
  type Sid,
  type WireValue,
} from '../../../shared/domain/index.ts';

/** How a suite reaches AD: Samba as it is, and Samba behind the proxy that is as strict as Windows AD. */
export const ways = ['Samba', 'Samba behind the strict proxy'] as const;
export type Way = (typeof ways)[number];

export type World = {
  readonly dc: DomainController;
  readonly seeded: SeededDirectory;
  readonly proxy: LdapProxy;
  readonly directory: Directory;
  /** Where and as whom the suite connects. */
  readonly settings: DirectorySettings;
  /** A DN below the OU in which the relay may write. */
  dn(name: string): Dn;
  /** Creates a group with a marker, and answers who it is. */
  group(name: string, more?: Readonly<Record<string, readonly WireValue[]>>): Promise<Made>;
  /** What is in AD, read by another client. */
  look(dn: string, attributes?: readonly string[]): Promise<Entry | undefined>;
  members(dn: string): Promise<readonly string[]>;
  /** Somebody else changes an attribute. */
  replace(dn: string, attribute: string, value: string): Promise<void>;
  stop(): Promise<void>;
};

export type Made = { readonly ref: ObjectRef; readonly dn: Dn; readonly guid: ObjectGuid; readonly sid: Sid };

/** A domain with people, computers, groups and CN=RegisteredDevices, and the relay's account in it. */
export async function startWorld(way: Way, settings: Partial<DirectorySettings> = {}): Promise<World> {
  const { dc, directory: seeded } = await startSeededController({
    seed: { writeback: ['group', 'user', 'device'] },
  });
  const proxy = await startLdapProxy({ upstream: { url: dc.url, caFile: dc.caFile } });
  const reached = way === 'Samba' ? dc : proxy;
  const complete: DirectorySettings = {
    urls: [reached.url],
    caFile: reached.caFile,
    bindDn: dc.bindDn,
    password: () => dc.password,
    markedContainers: [seeded.writebackOu, seeded.devicesContainer ?? ''].filter((dn) => dn !== ''),
    ...settings,
  };
  const directory = await openDirectory(complete);
  const dn = (name: string) => Dn.parse(`CN=${name},${seeded.writebackOu}`);
  const look = (at: string, attributes: readonly string[] = ['*']) => find(dc, at, attributes);

  return {
    dc,
    seeded,
    proxy,
    directory,
    settings: complete,
    dn,
    group: async (name, more = {}) => {
      const ref = { kind: 'group', id: newId() } as const;
      await directory.apply(createGroup(dn(name), ref, { sAMAccountName: [name], ...more }));
      const object = await directory.read(dn(name), []);
      if (object?.sid === undefined) throw new Error(`${name} was created and is not there`);
      return { ref, dn: object.dn, guid: object.guid, sid: object.sid };
    },
    look,
    members: async (at) => [...((await look(at, ['member']))?.values.member ?? [])].sort(),
    replace: (at, type, value) =>
      withConnection(dc, (client) =>
        client.modify(
          at,
          new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
        ),
      ),
    stop: async () => {
      await directory.close();
      await proxy.stop();
      await dc.stop();
    },
  };
}

/** The operation that creates a universal security group with its marker. */
export function createGroup(
  dn: Dn,
  ref: ObjectRef,
  more: Readonly<Record<string, readonly WireValue[]>> = {},
): Extract<Operation, { op: 'create' }> {
  return {
    op: 'create',
    dn,
    attributes: {
      objectClass: ['group'],
      groupType: ['-2147483640'],
      adminDescription: [markerOf(ref)],
      'msDS-ExternalDirectoryObjectId': [markerOf(ref)],
      ...more,
    },
  };
}

let ids = 0;

/** An id that no other object of this run has. */
export function newId(): EntraId {
  ids += 1;
  return EntraId.parse(`00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`);
}

/** The three forms in which a plan may name a principal. */
export const formsOf = (principal: { readonly dn: string; readonly sid: string; readonly guid: string }) => ({
  sid: Dn.parse(`<SID=${principal.sid}>`),
  guid: Dn.parse(`<GUID=${principal.guid}>`),
  dn: Dn.parse(principal.dn),
});

/** Everything that a stream brings, in one list. */
export async function collect<T>(slices: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const slice of slices) all.push(...slice);
  return all;
}

/** The item at this place of a seed; a test that asks for more than was seeded is wrong. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`There is no item ${index}.`);
  return item;
}

/** An observed request about this object. */
export const lookingFor = (object: ObjectRef, more: Partial<Parameters<Directory['observe']>[0]> = {}) => ({
  object,
  attributes: [],
  targetDn: undefined,
  samAccountName: undefined,
  continues: undefined,
  includeDeleted: false,
  ...more,
});
