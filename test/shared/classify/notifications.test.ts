import { describe, expect, it } from 'vitest';
import { parseResource, readNotificationBody } from '../../../shared/classify/index.ts';
import { Moment } from '../../../shared/domain/index.ts';
import { fixture, itemsOf } from './fixture.ts';

const receivedAt = Moment.parse('2026-09-01T08:00:01.000Z');
const group = '6e1f4c2a-9b7d-4f3e-8a55-0c9d1e2f3a4b';
const user = 'b7c8d9e0-1f2a-4b3c-8d4e-5f6071829304';
const member = '0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f';
const read = (name: string) => readNotificationBody(fixture(name), receivedAt);

describe('a change notification', () => {
  it('of an updated group is a change without tombstone', () => {
    expect(read('notification-updated')).toMatchObject({
      notifications: [{ change: { kind: 'group', id: group, cause: 'notification', receivedAt } }],
      refused: [],
    });
    expect(read('notification-updated').notifications[0]?.change.tombstone).toBeUndefined();
  });

  it('of a permanently deleted group carries the tombstone', () => {
    expect(read('notification-deleted').notifications[0]?.change.tombstone).toBe('deleted');
  });

  it('of a user may come without client state', () => {
    expect(read('notification-user-updated').notifications[0]).toMatchObject({
      clientState: null,
      change: { kind: 'user', id: user },
    });
  });

  it('gives its members as a hint, the last entry of a member counting, and never as membership', () => {
    const [notification] = read('notification-members').notifications;
    expect(notification?.hint).toEqual({ added: [member], removed: [user] });
    expect(notification?.change.membership).toEqual({ read: 'none' });
  });

  it.each([
    ['event-grid-group-updated', 'group', undefined],
    ['event-grid-user-deleted', 'user', 'deleted'],
  ])('in the CloudEvent of %s is read alike', (name, kind, tombstone) => {
    expect(read(name).notifications[0]?.change).toMatchObject({ kind, ...(tombstone && { tombstone }) });
  });

  it('in a batch of CloudEvents is read alike', () => {
    const batch = [fixture('event-grid-group-updated'), fixture('event-grid-user-deleted')];
    expect(readNotificationBody(batch, receivedAt).notifications).toHaveLength(2);
  });

  it.each([
    ['notification-event-hubs-validation', /changeType: is "Validation: .*not one of created/],
    ['notification-placeholder', /names no group, user or device by its id/],
  ])('in %s is refused with its reason', (name, why) => {
    const { refused, notifications } = read(name);
    expect(notifications).toEqual([]);
    expect(refused).toEqual([{ index: 0, why: expect.stringMatching(why) }]);
  });

  it('that contradicts itself is refused', () => {
    const item = { changeType: 'updated', resource: `Groups/${group}`, resourceData: { id: user } };
    expect(readNotificationBody({ value: [item] }, receivedAt).refused[0]?.why).toContain(user);
  });

  it.each([[null], ['text'], [{ id: member }], [[null]]])(
    'whose members are %j is a change all the same',
    (members) => {
      const resourceData = { id: group, 'members@delta': members };
      const item = { changeType: 'updated', resource: `Groups/${group}`, resourceData };
      expect(readNotificationBody({ value: [item] }, receivedAt)).toMatchObject({
        notifications: [{ change: { kind: 'group', id: group } }],
        refused: [],
      });
    },
  );

  it('that is refused leaves the other items of the POST alone', () => {
    const value = [
      ...itemsOf('notification-placeholder'),
      ...itemsOf('lifecycle-missed'),
      ...itemsOf('notification-updated'),
    ];
    const body = readNotificationBody({ value }, receivedAt);
    expect(body.refused.map(({ index }) => index)).toEqual([0]);
    expect(body.lifecycles).toHaveLength(1);
    expect(body.notifications).toHaveLength(1);
  });

  it.each([[null], ['text'], [{}], [{ value: 'x' }], [[1]]])('body %j is refused, not thrown', (body) => {
    expect(readNotificationBody(body, receivedAt).refused).toHaveLength(1);
  });
});

describe('a lifecycle notification', () => {
  it.each(['reauthorizationRequired', 'subscriptionRemoved', 'missed'])('%s is recognised', (event) => {
    expect(read(`lifecycle-${event}`).lifecycles).toEqual([
      { event, subscriptionId: expect.any(String), clientState: 'a client state of ours' },
    ]);
  });

  it('of an unknown event is refused with its reason', () => {
    const value = [{ lifecycleEvent: 'paused', subscriptionId: 'x' }];
    expect(readNotificationBody({ value }, receivedAt).refused[0]?.why).toContain('lifecycleEvent');
  });
});

describe('a resource', () => {
  it.each([
    `Groups/${group}`,
    `groups/${group.toUpperCase()}`,
    `/groups/${group}`,
    `/v1.0/groups/${group}`,
    `groups/${group}/`,
    `https://graph.microsoft.com/v1.0/groups/${group}`,
    `groups('${group}')`,
  ])('%s names the group', (resource) => {
    expect(parseResource(resource)).toEqual({ kind: 'group', id: group });
  });

  it.each(['Groups', `Applications/${group}`, 'NA', `me/messages('${group}')`, `Groups/${group}/members`])(
    '%s names nothing we know',
    (resource) => {
      expect(parseResource(resource)).toBeUndefined();
    },
  );
});
