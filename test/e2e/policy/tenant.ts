import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { withConnection } from '../../../local/samba/connection.ts';
import type { Entry } from '../../../local/samba/ldif.ts';
import type { StackOptions } from '../../../local/stack/options.ts';
import { type Event, startWorld, type World } from '../world.ts';

/** The running product under a policy of its own, and the hands of those who work in the cloud and in AD. */
export type Tenant = Awaited<ReturnType<typeof startTenant>>;

/** groupType in AD (MS-ADTS §2.2.12), as LDAP shows it. */
export const groupTypes = {
  universalDistribution: '8',
  globalDistribution: '2',
  domainLocalDistribution: '4',
  universalSecurity: '-2147483640',
  globalSecurity: '-2147483646',
  domainLocalSecurity: '-2147483644',
} as const;

type Person = { readonly id: string; readonly onPremisesSecurityIdentifier: string };

export async function startTenant(policy: unknown, options: Partial<StackOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-policy-'));
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, stringify(policy));
  const world = await startWorld({ policy: policyFile, ...options });
  const users = await world.graph(
    'GET',
    '/v1.0/users?$top=999&$select=id,onPremisesSecurityIdentifier,userType,onPremisesSyncEnabled',
  );
  const all = users.value as readonly (Person & { readonly userType: string })[];
  let number = 0;

  const create = async (
    displayName: string,
    kind: 'microsoft365' | 'security' = 'microsoft365',
    more: Readonly<Record<string, unknown>> = {},
    members: readonly string[] = [],
  ): Promise<string> => {
    number += 1;
    const unified = kind === 'microsoft365';
    const group = await world.graph('POST', '/v1.0/groups', {
      displayName,
      mailNickname: `policy${number}`,
      mailEnabled: unified,
      securityEnabled: !unified,
      groupTypes: unified ? ['Unified'] : [],
      ...more,
      'members@odata.bind': members.map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`),
    });
    return String(group.id);
  };

  return {
    ...world,
    synced: all.filter((user) => user.onPremisesSecurityIdentifier),
    cloudOnly: all.filter((user) => !user.onPremisesSecurityIdentifier && user.userType !== 'Guest'),
    create,
    /** Creates a group and waits until the relay has written it. */
    written: async (...given: Parameters<typeof create>): Promise<string> => {
      const since = world.mark();
      const id = await create(...given);
      await world.settled(id, since, (event) => event.result === 'applied');
      return id;
    },
    /** Changes a group and waits until what the change comes to has been written. */
    changed: (id: string, change: () => Promise<unknown>, fits: (event: Event) => boolean = isApplied) =>
      afterwards(world, change, (since) => world.settled(id, since, fits)),
    /** Changes a group and waits until it has been decided over. */
    decidedAfter: (id: string, outcome: string, change: () => Promise<unknown>) =>
      afterwards(world, change, (since) => world.decided(id, outcome, since)),
    patch: (id: string, body: object) => world.graph('PATCH', `/v1.0/groups/${id}`, body),
    enable: (id: string, isEnabled: boolean | null) =>
      world.graph('PATCH', `/beta/groups/${id}`, { writebackConfiguration: { isEnabled } }),
    add: (id: string, member: string) =>
      world.graph('POST', `/v1.0/groups/${id}/members/$ref`, {
        '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
      }),
    /** Violations of an object that are open. */
    violations: async (id: string): Promise<readonly string[]> => {
      const body = (await (await world.api(`/objects/${id}?fresh=false`)).json()) as {
        violationCodes: readonly string[];
      };
      return body.violationCodes;
    },
    sweep: (body: object = {}) => world.api('/sweep', { method: 'POST', body: JSON.stringify(body) }),
    /** What administrators do in AD. */
    inAd: <T>(work: Parameters<typeof withConnection<T>>[1]) => withConnection<T>(world.account, work),
    ou: async (...names: readonly string[]): Promise<void> => {
      for (const name of names)
        await withConnection(world.account, (client) =>
          client.add(`${name},OU=EntraWriteback,${world.baseDn}`, { objectClass: 'organizationalUnit' }),
        );
    },
    /** DNs of the members, and of the people that they should be. */
    membersOf: async (id: string): Promise<readonly string[]> =>
      [...((await world.adGroup(id))?.values.member ?? [])].sort(),
    dnOf: async (sid: string | undefined): Promise<string> =>
      (await world.search(`(objectSid=${sid})`, ['cn']))[0]?.dn ?? '',
    /** The AD group, which has to be there. */
    group: async (id: string): Promise<Entry> => {
      const entry = await world.adGroup(id);
      if (!entry) throw new Error(`AD has no group with the marker Group_${id}.`);
      return entry;
    },
    /** Changes the policy file and waits until it is in force. */
    rewrite: async (next: unknown): Promise<void> => {
      const before = await versionInForce(world);
      await writeFile(policyFile, stringify(next));
      while ((await versionInForce(world)) === before)
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
    /** Writes a policy file that does not load, and waits until it was read. */
    spoil: async (text: string): Promise<void> => {
      await writeFile(policyFile, text);
      const isRead = async (): Promise<boolean> => {
        const status = (await (await world.api('/status')).json()) as { policy: { problem: string | null } };
        return Boolean(status.policy.problem);
      };
      while (!(await isRead())) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    /** Lets a timer of the function app fire now. */
    fire: async (timer: string): Promise<void> => {
      const { url, key } = world.stack.file.functions;
      const headers = { 'x-functions-key': key, 'content-type': 'application/json' };
      await fetch(`${url}/admin/functions/${timer}`, { method: 'POST', headers, body: '{}' });
    },
    stop: async (): Promise<void> => {
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function versionInForce(world: World): Promise<string> {
  const status = (await (await world.api('/status')).json()) as { policy: { version: string } };
  return status.policy.version;
}

const isApplied = (event: Event): boolean => event.result === 'applied';

async function afterwards<T>(
  world: World,
  change: () => Promise<unknown>,
  wait: (since: number) => Promise<T>,
): Promise<T> {
  const since = world.mark();
  await change();
  return wait(since);
}

/** A condition on the beginning of the name, by which the rules of these tests tell their groups apart. */
export const named = (value: string) => ({ attribute: 'displayName', operator: 'startsWith', value });
