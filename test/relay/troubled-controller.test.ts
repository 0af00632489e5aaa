import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../local/ldap-proxy/faults.ts';
import type { LdapProxy } from '../../local/ldap-proxy/ldap-proxy.ts';
import { bySid, complete, delta, desiredGroup, removeIntent, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

/** What a whole relay makes of a domain controller in trouble: each write comes to its end, once. */

let world: World;
let proxy: LdapProxy;
beforeAll(async () => {
  world = await startWorld({}, { proxied: true });
  proxy = world.proxy ?? expect.unreachable();
  await world.restartRelay({ directory: { ...world.settings.directory, timeoutMs: 2_000 } });
});
afterEach(() => proxy.faults.clear());
afterAll(() => world.stop());

const dnOf = ({ commonName }: { commonName: string }): string =>
  `CN=${commonName},${world.seeded.writebackOu}`;
const people = (...indexes: readonly number[]) =>
  indexes.map((index) => bySid(world.seeded.people[index]?.sid ?? ''));
const dnsOf = (...indexes: readonly number[]) =>
  indexes.map((index) => world.seeded.people[index]?.dn).sort();

const faults: readonly (readonly [string, Fault])[] = [
  ['is busy (51)', { kind: 'busy' }],
  ['is shutting down (52)', { kind: 'unavailable' }],
  ['is slow', { kind: 'slow', ms: 500 }],
  ['applies and never answers', { kind: 'silent' }],
  ['hangs up before it has seen the write', { kind: 'cutBefore' }],
  ['hangs up after it has applied the write', { kind: 'cutAfter' }],
  ['says goodbye (notice of disconnection)', { kind: 'disconnect' }],
];

describe.each(faults)('a domain controller that %s', (_what, fault) => {
  test('while a group is created: it is there once, with its members', async () => {
    const desired = desiredGroup();
    proxy.faults.order({ operation: 'add', fault });
    const outcome = await world.outcomeOf(writeIntent(desired, complete(people(0, 1))));
    expect(proxy.faults.pending()).toBe(0);
    expect(outcome.failure).toBeUndefined();
    expect(await world.membersOf(dnOf(desired))).toEqual(dnsOf(0, 1));
  });

  test('while members change and the group ends: both are done, and it keeps its SID till then', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete(people(0, 1))));
    const before = await world.look(dnOf(desired), ['objectSid', 'objectGUID']);
    proxy.faults.order({ operation: 'modify', fault });
    await world.outcomeOf(writeIntent(desired, delta(people(2), people(0))));
    expect(await world.membersOf(dnOf(desired))).toEqual(dnsOf(1, 2));
    expect((await world.look(dnOf(desired), ['objectSid', 'objectGUID']))?.bytes).toEqual(before?.bytes);
    proxy.faults.order({ operation: 'delete', fault });
    await world.outcomeOf(removeIntent({ kind: 'group', id: desired.id }, 'delete'));
    expect(proxy.faults.pending()).toBe(0);
    expect(await world.look(dnOf(desired))).toBeUndefined();
  });
});

test('a domain controller that refers to another one is said to be of another domain, and a person must act', async () => {
  const desired = desiredGroup();
  proxy.faults.order({ operation: 'add', fault: { kind: 'referral', url: 'ldap://other.example/' } });
  const outcome = await world.outcomeOf(writeIntent(desired));
  expect(outcome).toMatchObject({ result: 'failed', failure: { code: 'OTHER_DOMAIN', needs: 'person' } });
  expect(await world.look(dnOf(desired))).toBeUndefined();
});

test('a parent that is gone is named, whether AD says 32 or 80', async () => {
  const desired = desiredGroup();
  await world.outcomeOf(writeIntent(desired));
  const moved = { ...desired, container: 'OU=Gone,OU=EntraWriteback' };
  expect((await world.outcomeOf(writeIntent(moved))).failure).toMatchObject({ code: 'PARENT_NOT_FOUND' });
  const text = "0000208D: NameErr: DSID-03100245, problem 2001 (NO_OBJECT), data 0, best match of: ''";
  proxy.faults.order({ operation: 'rename', fault: { kind: 'answer', resultCode: 32, text } });
  expect((await world.outcomeOf(writeIntent(moved))).failure).toMatchObject({ code: 'PARENT_NOT_FOUND' });
});

test('a log-on that is busy, refused for now or cut off is an outage: intents wait for its end', async () => {
  for (const kind of ['busy', 'unavailable', 'cutBefore'] as const) {
    world.lines.length = 0;
    proxy.faults.order({ operation: 'bind', fault: { kind }, times: 2 });
    proxy.cutAll();
    const outcome = await world.outcomeOf(writeIntent(desiredGroup(), complete([])));
    expect(outcome.result).toBe('applied');
    expect(world.lines.find(({ event }) => event === 'directory.lost')?.fields).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('nobody can log on there'),
    });
    expect(world.lines.some(({ event }) => event === 'directory.back')).toBe(true);
    proxy.faults.clear();
  }
});
