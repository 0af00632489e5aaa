import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLdapProxy } from '../../../local/ldap-proxy/ldap-proxy.ts';
import { type DirectoryEvent, openDirectory } from '../../../relay/directory/index.ts';
import { Sid } from '../../../shared/domain/index.ts';
import { at, createGroup, formsOf, type Made, newId, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld('Samba behind the strict proxy');
});
afterAll(() => world.stop());
afterEach(() => world.proxy.faults.clear());

describe('a domain controller that', () => {
  it.each([
    ['is busy', { kind: 'busy' }, { kind: 'busy', code: 'BUSY', retry: 'later', applied: 'no' }],
    ['shuts down', { kind: 'unavailable' }, { kind: 'busy', code: 'UNAVAILABLE', retry: 'later' }],
    [
      'refers elsewhere',
      { kind: 'referral', url: 'ldap://other' },
      { kind: 'notFound', code: 'OTHER_DOMAIN' },
    ],
    [
      'hangs up before it has seen the write',
      { kind: 'cutBefore' },
      { kind: 'lost', retry: 'observe', applied: 'unknown' },
    ],
    [
      'hangs up after it has applied the write',
      { kind: 'cutAfter' },
      { kind: 'lost', retry: 'observe', applied: 'unknown' },
    ],
    ['says goodbye', { kind: 'disconnect' }, { kind: 'lost', retry: 'observe', applied: 'unknown' }],
  ] as const)('%s makes a write fail in a way that can be repeated', async (what, fault, expected) => {
    const ref = { kind: 'group', id: newId() } as const;
    const operation = createGroup(world.dn(`create while it ${what}`), ref, {
      member: world.seeded.people.slice(0, 3).map((person) => formsOf(person).sid),
    });
    world.proxy.faults.order({ operation: 'add', fault });
    await expect(world.directory.apply(operation)).rejects.toMatchObject(expected);
    const again = await world.directory.apply(operation);
    expect(again.wrote).toBe(fault.kind !== 'cutAfter');
    expect(await world.members(operation.dn)).toHaveLength(3);
  });

  it.each(['cutBefore', 'cutAfter', 'disconnect'] as const)(
    'breaks the connection (%s) during a read is asked again at once',
    async (kind) => {
      world.proxy.faults.order({ operation: 'search', fault: { kind } });
      const person = at(world.seeded.people, 0);
      const [resolved] = await world.directory.resolve([{ by: 'sid', sid: Sid.parse(person.sid) }]);
      expect(resolved).toMatchObject({ found: true, guid: person.guid });
      expect(world.proxy.faults.pending()).toBe(0);
    },
  );

  it('breaks every connection between two calls is not noticed by the caller', async () => {
    const group = await world.group('cut in between');
    world.proxy.cutAll();
    const operation = {
      op: 'modify',
      dn: group.dn,
      guid: group.guid,
      replace: { info: ['x'] },
      before: {},
    } as const;
    await world.directory.read(group.dn, []);
    expect(await world.directory.apply(operation)).toMatchObject({ wrote: true });
  });

  it('never answers has applied the write perhaps, and the repetition changes nothing', async () => {
    const impatient = await openDirectory({ ...world.settings, timeoutMs: 2_000 });
    const group = await world.group('never answered');
    world.proxy.faults.order({ operation: 'modify', fault: { kind: 'silent' } });
    const operation = addFirstPerson(group);
    await expect(impatient.apply(operation)).rejects.toMatchObject(timedOut);
    expect(await impatient.apply(operation)).toMatchObject({ wrote: false, refused: [] });
    await impatient.close();
  });

  it('is stopped applies the write when it goes on, and the repetition changes nothing', async () => {
    const { url, caFile } = world.dc;
    const impatient = await openDirectory({ ...world.settings, urls: [url], caFile, timeoutMs: 2_000 });
    const group = await world.group('paused');
    const operation = addFirstPerson(group);
    world.dc.pause();
    await expect(impatient.apply(operation)).rejects.toMatchObject(timedOut);
    world.dc.resume();
    await expect
      .poll(() => world.members(group.dn), { timeout: 10_000 })
      .toEqual([at(world.seeded.people, 0).dn]);
    expect(await impatient.apply(operation)).toMatchObject({ wrote: false, refused: [] });
    await impatient.close();
  });
});

const timedOut = { kind: 'lost', code: 'TIMED_OUT', retry: 'observe', applied: 'unknown' };

const addFirstPerson = ({ dn, guid }: Made) =>
  ({ op: 'addMembers', dn, guid, members: [formsOf(at(world.seeded.people, 0)).sid] }) as const;

describe('of two domain controllers', () => {
  let upstream: { readonly url: string; readonly caFile: string };
  beforeAll(() => {
    upstream = world.dc;
  });

  it('the first is used until it is gone, and then the second until it is gone too', async () => {
    const second = await startLdapProxy({ upstream });
    const first = await startLdapProxy({ upstream });
    const caFile = join(world.dc.folder, 'authorities.pem');
    await bundle(caFile, first.caFile, second.caFile);
    const events: DirectoryEvent[] = [];
    const directory = await openDirectory({
      ...world.settings,
      urls: [first.url, second.url],
      caFile,
      report: (event) => events.push(event),
    });
    const look = () => directory.read(world.dn('x'), []);
    await look();
    expect(second.requests.bind).toBeUndefined();
    await first.stop();
    await look();
    expect(events).toContainEqual({ event: 'failedOver', from: first.url, to: second.url });
    const before = second.requests.search ?? 0;
    await look();
    expect(second.requests.search).toBe(before + 1);

    const back = await startLdapProxy({ upstream, port: Number(new URL(first.url).port) });
    await bundle(caFile, back.caFile, second.caFile);
    second.cutAll();
    await look();
    expect([back.requests.bind, second.requests.bind]).toEqual([undefined, 2]);
    await back.stop();
    await directory.close();
    await second.stop();
  });

  it('one that says it is not available is left at once', async () => {
    const second = await startLdapProxy({ upstream });
    const first = await startLdapProxy({ upstream });
    const caFile = join(world.dc.folder, 'authorities.pem');
    await bundle(caFile, first.caFile, second.caFile);
    const directory = await openDirectory({ ...world.settings, urls: [first.url, second.url], caFile });
    const operation = createGroup(world.dn('on the second'), { kind: 'group', id: newId() });
    first.faults.order({ operation: 'add', fault: { kind: 'unavailable' }, times: 5 });
    await expect(directory.apply(operation)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await directory.apply(operation)).toMatchObject({ wrote: true });
    expect(second.requests.add).toBe(1);
    await directory.close();
    await first.stop();
    await second.stop();
  });

  it('a wrong password is tried on one only, because each try counts towards a lock-out', async () => {
    world.proxy.resetCounters();
    const other = await startLdapProxy({ upstream });
    const caFile = join(world.dc.folder, 'authorities.pem');
    await bundle(caFile, world.proxy.caFile, other.caFile);
    const opening = openDirectory({
      ...world.settings,
      urls: [world.proxy.url, other.url],
      caFile,
      password: () => 'wrong',
    });
    await expect(opening).rejects.toMatchObject({ kind: 'credentials' });
    expect([world.proxy.requests.bind, other.requests.bind]).toEqual([1, undefined]);
    await other.stop();
  });
});

/** Puts several authorities into one file. */
async function bundle(into: string, ...files: readonly string[]): Promise<void> {
  const certificates = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  await writeFile(into, certificates.join('\n'));
}
