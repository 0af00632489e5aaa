import { describe, expect, it } from 'vitest';
import { Moment, type ObjectKind } from '../../../shared/domain/index.ts';
import { changeOf, parseFeedItem } from '../../../shared/graph/feeds/feed-item.ts';
import { itemsOf } from '../classify/fixture.ts';

const receivedAt = Moment.parse('2026-09-01T08:00:01.000Z');
const user = 'b7c8d9e0-1f2a-4b3c-8d4e-5f6071829304';
const member = '0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f';
const read = (item: unknown, kind: ObjectKind) => {
  const parsed = parseFeedItem(item);
  if (typeof parsed === 'string') throw new Error(parsed);
  return changeOf(parsed, kind, receivedAt);
};
const changes = (name: string, kind: ObjectKind = 'group') => itemsOf(name).map((item) => read(item, kind));

describe('an item of a delta feed', () => {
  it('carries the members that came and went', () => {
    expect(changes('delta-groups')[0]?.membership).toEqual({
      read: 'delta',
      delta: { added: [member], removed: [user] },
    });
  });

  it('without members@delta says nothing of the membership', () => {
    expect(changes('delta-groups')[1]?.membership).toEqual({ read: 'none' });
  });

  it('removed as "changed" is soft-deleted, as "deleted" gone for good', () => {
    expect(changes('delta-groups-removed').map(({ tombstone }) => tombstone)).toEqual([
      'softDeleted',
      'deleted',
    ]);
  });

  it('with a member id that cannot be read asks for a complete read', () => {
    const [change] = changes('delta-groups-short-id');
    expect(change?.membership).toEqual({ read: 'complete' });
  });

  it('of the devices feed is a device', () => {
    expect(changes('delta-devices', 'device')[0]).toMatchObject({ kind: 'device', cause: 'feed' });
  });

  it('with "@removed" as a bare string is understood as well', () => {
    expect(read({ id: user, '@removed': 'deleted' }, 'user')).toMatchObject({ tombstone: 'deleted' });
  });

  it('with null for what Graph leaves out says as much as without it', () => {
    expect(read({ id: user, '@removed': null, 'members@delta': null }, 'group')).toEqual(
      read({ id: user }, 'group'),
    );
    const members = [{ id: member, '@removed': null }];
    expect(read({ id: user, 'members@delta': members }, 'group').membership).toEqual({
      read: 'delta',
      delta: { added: [member], removed: [] },
    });
  });

  it('"@removed" without a reason is gone for good, and a member so removed has left', () => {
    expect(read({ id: user, '@removed': {} }, 'group').tombstone).toBe('deleted');
    const members = [{ id: member, '@removed': { reason: null } }];
    expect(read({ id: user, 'members@delta': members }, 'group').membership).toMatchObject({
      delta: { added: [], removed: [member] },
    });
  });

  it.each([
    ['@removed', 5],
    ['members@delta', 'text'],
    ['members@delta', { id: member }],
  ])('that names its object is never passed over: with %s %j all is read', (name, value) => {
    expect(read({ id: user, [name]: value }, 'group')).toMatchObject({
      id: user,
      membership: { read: 'complete' },
    });
  });

  it.each([[{}], [{ id: 'x' }], ['text'], [null]])('%j is refused with a reason', (item) => {
    expect(parseFeedItem(item)).toEqual(expect.any(String));
  });
});
