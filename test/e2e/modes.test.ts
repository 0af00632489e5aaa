import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { guidToText } from '../../local/samba/identifiers.ts';
import type { Mode } from '../../relay/guard/modes.ts';
import { runCommand } from './command.ts';
import { startWorld, type World } from './world.ts';

/**
 * A new installation, from the first look to the last switch, by what a person does: relay.yaml, the status, the command
 * line. It begins in `stage`, because that is the default of relay.yaml.
 */

const policyText = `
groups:
  - rule: All groups
    writeback: true
    name:
      commonName: "{displayName}"
      samAccountName: "{displayName}"
`;

let world: World;
let people: { readonly id: string; readonly onPremisesSecurityIdentifier: string }[];

beforeAll(async () => {
  world = await startWorld({ relay: { mode: 'stage' }, policyText });
  const users = await world.graph('GET', '/v1.0/users?$top=999&$select=id,onPremisesSecurityIdentifier');
  people = (users.value as typeof people).filter((user) => user.onPremisesSecurityIdentifier).slice(0, 5);
}, 120_000);
afterAll(() => world?.stop());

const run = (...args: readonly string[]) => runCommand(world.stack.stackFile, ...args);
const until = (holds: () => Promise<boolean> | boolean): Promise<void> =>
  vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 40_000, interval: 50 });
const writtenGroups = async (): Promise<number> =>
  (await world.search('(&(objectClass=group)(adminDescription=Group_*))', ['cn'])).length;
type Counts = Readonly<Record<'created' | 'changed' | 'deleted' | 'membersAdded' | 'membersRemoved', number>>;
async function keptBack(): Promise<Counts> {
  const status = (await (await world.api('/status')).json()) as { keptBack: { group: Counts } };
  return status.keptBack.group;
}

/** What a person does: edits relay.yaml and restarts the service. */
async function switchTo(mode: Mode): Promise<void> {
  const { relayFile } = world.stack.file;
  await writeFile(relayFile, stringify({ ...parse(await readFile(relayFile, 'utf8')), mode }));
  await world.stack.parts.restartRelay();
}

async function createGroup(displayName: string, members: readonly { readonly id: string }[]) {
  const body = {
    displayName,
    mailEnabled: false,
    mailNickname: displayName.toLowerCase().replaceAll(' ', ''),
    securityEnabled: true,
    'members@odata.bind': members.map(({ id }) => `https://graph.microsoft.com/v1.0/users/${id}`),
  };
  return String((await world.graph('POST', '/v1.0/groups', body)).id);
}
const addMember = (group: string, person: { readonly id: string } | undefined) =>
  world.graph('POST', `/v1.0/groups/${group}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${person?.id}`,
  });
const removeMember = (group: string, person: { readonly id: string } | undefined) =>
  world.graph('DELETE', `/v1.0/groups/${group}/members/${person?.id}/$ref`);
const membersOf = async (group: string): Promise<number> =>
  (await world.adGroup(group))?.values.member?.length ?? 0;

describe('a new installation', () => {
  it('writes nothing, says how much it would write, and writes it all when a person switches it on', async () => {
    const since = world.mark();
    const id = await createGroup('First Group', people.slice(0, 2));
    await world.settled(id, since, ({ result }) => result === 'staged');
    // What the first synchronisation brought is planned, and nothing else happens any more.
    let before = await keptBack();
    await until(async () => {
      const now = await keptBack();
      const calm = now.created === before.created && now.membersAdded === before.membersAdded;
      const { broker } = world.stack.parts;
      const queues = ['feeds', 'changes', 'intents', 'outcomes'] as const;
      const idle = queues.every((queue) => broker?.counts(queue).active === 0);
      before = now;
      return calm && idle;
    });
    expect(before.created).toBeGreaterThan(1);
    expect(before).toMatchObject({ deleted: 0, membersRemoved: 0 });
    expect(await writtenGroups()).toBe(0);
    const { out } = await run('status');
    expect(out).toContain(`kept back of groups: ${before.created} created`);

    await switchTo('run');
    expect((await run('sweep', '--kind', 'group')).code).toBe(0);
    await until(async () => (await writtenGroups()) === before.created);
    expect(await membersOf(id)).toBe(2);
    await until(async () => (await keptBack()).created === 0);
    expect((await run('status')).out).not.toContain('kept back of groups');
  }, 90_000);
});

describe('a relay that runs', () => {
  it('adds and never removes in upsert-only, says what it keeps back, and writes that when it is switched on', async () => {
    const id = await createGroup('Only Upwards', people.slice(0, 2));
    await until(async () => (await membersOf(id)) === 2);
    await switchTo('upsert-only');
    let since = world.mark();
    await removeMember(id, people[0]);
    await world.settled(id, since, ({ result }) => result === 'staged');
    since = world.mark();
    await addMember(id, people[2]);
    await world.settled(id, since, ({ membersAdded }) => membersAdded === 1);
    expect(await membersOf(id)).toBe(3);
    await until(async () => /kept back of groups:.*\b1 members removed/.test((await run('status')).out));
    await switchTo('run');
    await run('sweep', '--kind', 'group');
    await until(async () => (await membersOf(id)) === 2);
  }, 90_000);

  it('leaves everything on the queue while it is paused, and loses nothing of it', async () => {
    const id = await createGroup('Waits', people.slice(0, 1));
    await until(async () => (await membersOf(id)) === 1);
    await switchTo('paused');
    await addMember(id, people[1]);
    await until(() => (world.stack.parts.broker?.counts('intents').active ?? 0) > 0);
    expect(await membersOf(id)).toBe(1);
    await switchTo('run');
    await until(async () => (await membersOf(id)) === 2);
  }, 90_000);
});

describe('a group that somebody made by hand', () => {
  it('is never taken over by itself, and is continued with its SID when a person claims it by command line', async () => {
    const dn = `CN=Finance,OU=EntraWriteback,${world.baseDn}`;
    await world.byHand((administrator) =>
      administrator.add(dn, {
        objectClass: 'group',
        groupType: '-2147483640',
        sAMAccountName: 'Finance',
        description: 'made by hand',
      }),
    );
    const before = await world.find(dn);
    let since = world.mark();
    const id = await createGroup('Finance', people.slice(0, 2));
    await world.settled(id, since);
    expect((await world.find(dn))?.bytes).toEqual(before?.bytes);

    const guid = guidToText(before?.bytes.objectGUID?.[0] ?? Buffer.alloc(0));
    const config = ['--config', world.stack.file.relayFile, '--dn', dn, '--reason', 'the same group'];
    const shown = await run('claim', id, ...config, '--guid', guid);
    expect(shown.out).toContain('Nothing is written without --yes.');
    expect((await world.find(dn))?.bytes).toEqual(before?.bytes);
    const wrong = await run('claim', id, ...config, '--guid', id, '--yes');
    expect([wrong.code, `${wrong.out}${wrong.error}`]).toEqual([
      1,
      expect.stringContaining('CLAIM_MISMATCH'),
    ]);
    since = world.mark();
    const claimed = await run('claim', id, ...config, '--guid', guid, '--yes');
    expect(claimed).toMatchObject({ code: 0, out: expect.stringContaining('applied') });
    await until(async () => (await membersOf(id)) === 2);
    const after = await world.adGroup(id);
    expect([after?.bytes.objectGUID, after?.bytes.objectSid]).toEqual([
      before?.bytes.objectGUID,
      before?.bytes.objectSid,
    ]);
  }, 90_000);
});
