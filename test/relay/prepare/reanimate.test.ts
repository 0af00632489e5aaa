import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPrincipals } from '../../../local/samba/principals.ts';
import { openSession } from '../../../relay/prepare/index.ts';
import { type Forest, startForest } from './forest.ts';
import { group, groupId, user, userId, type Writer, writerOf } from './written.ts';

let forest: Forest;
let relay: Writer;
beforeAll(async () => {
  forest = await startForest('2016');
  relay = await writerOf(forest);
});
afterAll(async () => {
  await relay.directory.close();
  await forest.stop();
});

test.each([
  ['group', groupId, group(), 'OU=EntraWriteback'],
  ['user', userId, user(), 'OU=Users,OU=EntraWriteback'],
] as const)(
  'a deleted %s comes back with its SID where the account may restore',
  async (kind, id, desired, ou) => {
    await forest.prepare({ kind, restoreDeleted: true });
    const dn = `CN=${desired.commonName},${ou},${forest.dc.baseDn}`;
    const sidNow = async () => (await readPrincipals(forest.dc, dn))[0]?.sid;
    await relay.write(desired);
    const sid = await sidNow();
    await relay.remove({ kind, id }, 'delete');
    const operations = await relay.write(desired);
    expect(operations[0]?.op).toBe('reanimate');
    expect(await sidNow()).toBe(sid);
    // A second look puts right what a deleted object has lost, and then there is nothing left to do.
    await relay.write(desired);
    expect(await relay.write(desired)).toEqual([]);
  },
);

test('deleted objects are shown to an account that may restore, and to no other', async () => {
  await relay.write(group());
  await relay.remove({ kind: 'group', id: groupId }, 'delete');
  const showsDeletedTo = async (name: string): Promise<boolean> => {
    const bindDn = forest.relay.bindDn.replace('svc-writeback', name);
    const session = await openSession({ ...forest.relay, bindDn });
    await session.close();
    return session.showsDeleted;
  };
  expect(await showsDeletedTo('svc-writeback')).toBe(true);
  expect(await showsDeletedTo('svc-other')).toBe(false);
});
