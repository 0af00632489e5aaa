import { beforeEach, describe, expect, it } from 'vitest';
import {
  EntraId,
  type Moment,
  momentOf,
  type ObjectRef,
  Sid,
  Violation,
  violationCodes,
} from '../../../shared/domain/index.ts';
import {
  type AuditEntry,
  createAudit,
  createAwaitedNames,
  createFeedStates,
  createIncidents,
  createObjectStates,
  createSubscriptionStates,
  createWaitingMembers,
  memoryStore,
  type StateStore,
  stateLimits,
  unknownObject,
} from '../../../shared/state/index.ts';
import { collect } from './support/collect.ts';

const noon = Date.parse('2026-01-06T12:00:00Z');
const at = (seconds: number): Moment => momentOf(new Date(noon + seconds * 1000));
const idNumber = (index: number): EntraId =>
  EntraId.parse(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => idNumber(from + index));
const object: ObjectRef = { kind: 'group', id: idNumber(1) };

let store: StateStore;
let nowMs: number;
const now = () => new Date(nowMs);
beforeEach(() => {
  store = memoryStore();
  nowMs = noon;
});

describe('the state of objects', () => {
  it('is that of an unknown object at first', async () => {
    const states = createObjectStates(store, now);
    expect(await states.load(object)).toEqual(unknownObject);
    expect(unknownObject).toMatchObject({ written: false, attempts: 0, pending: { added: [], removed: [] } });
  });

  it('is what was saved, per object, and listed by kind in the order of ids', async () => {
    const states = createObjectStates(store, now);
    const user: ObjectRef = { kind: 'user', id: object.id };
    await states.update({ kind: 'group', id: idNumber(2) }, (state) => ({ ...state, attempts: 2 }));
    await states.update(object, (state) => ({ ...state, written: true, evaluatedAt: at(0) }));
    await states.update(user, (state) => ({ ...state, attempts: 9 }));
    expect(await states.load(object)).toMatchObject({ written: true, evaluatedAt: at(0) });
    expect((await collect(states.list('group'))).map((one) => [one.object.id, one.state.attempts])).toEqual([
      [idNumber(1), 0],
      [idNumber(2), 2],
    ]);
    await states.forget(object);
    expect(await states.load(object)).toEqual(unknownObject);
    expect(await states.load(user)).toMatchObject({ attempts: 9 });
  });

  it('is saved only over what was read', async () => {
    const states = createObjectStates(store, now);
    const first = await states.read(object);
    expect(await states.save(object, { ...first.state, attempts: 1 }, first.when)).toBe('stored');
    expect(await states.save(object, { ...first.state, attempts: 2 }, first.when)).toBe('conflict');
    const second = await states.read(object);
    expect(second.state.attempts).toBe(1);
    expect(await states.save(object, { ...second.state, attempts: 3 }, second.when)).toBe('stored');
  });

  it('loses no update of many writers at once', async () => {
    const states = createObjectStates(store, now);
    const count = (state: typeof unknownObject) => ({ ...state, attempts: state.attempts + 1 });
    await Promise.all(Array.from({ length: 15 }, () => states.update(object, count)));
    expect((await states.load(object)).attempts).toBe(15);
  });

  it('gives up where other writers always win, and says so', async () => {
    const busy: StateStore = { ...store, put: async () => ({ result: 'conflict' }) };
    const update = createObjectStates(busy, now).update(object, (state) => state);
    await expect(update).rejects.toMatchObject({ code: 'STATE_CONTENDED' });
  });

  it('takes optional fields away where they are set to undefined', async () => {
    const states = createObjectStates(store, now);
    await states.update(object, (state) => ({
      ...state,
      needs: 'completeMembership',
      outOfScopeSince: at(0),
    }));
    await states.update(object, (state) => ({ ...state, needs: undefined, outOfScopeSince: undefined }));
    expect(await states.load(object)).toEqual(unknownObject);
  });

  it('remembers recent members for 15 minutes and the newest 2000', async () => {
    const states = createObjectStates(store, now);
    const recent = ids(2100).map((id, index) => ({
      id,
      change: 'removed' as const,
      at: at(index < 50 ? -901 : -index / 100),
    }));
    await states.update(object, (state) => ({ ...state, recent }));
    const saved = (await states.load(object)).recent;
    expect(saved).toHaveLength(stateLimits.recent);
    expect(saved.at(-1)?.id).toBe(idNumber(2099));
    nowMs += 900_000;
    await states.update(object, (state) => state);
    expect((await states.load(object)).recent).toEqual([]);
  });

  it('wants a complete read instead of carrying a delta that is too large', async () => {
    const states = createObjectStates(store, now);
    const fits = { added: ids(2500), removed: ids(2500, 3000) };
    expect(await states.update(object, (state) => ({ ...state, pending: fits }))).toMatchObject({
      pending: fits,
    });
    const tooMany = { added: ids(2500), removed: ids(2501, 3000) };
    expect(await states.update(object, (state) => ({ ...state, pending: tooMany }))).toMatchObject({
      pending: { added: [], removed: [] },
      needs: 'completeMembership',
    });
  });

  it('fits into the store with every list full', async () => {
    const states = createObjectStates(store, now);
    const full = await states.update(object, (state) => ({
      ...state,
      pending: { added: ids(5000), removed: [] },
      recent: ids(3000).map((id) => ({ id, change: 'added' as const, at: at(-1) })),
      leftOut: ids(900).map((id) => ({
        id,
        reference: `S-1-5-21-${id}`,
        reason: 'CLOUD_ONLY_USER' as const,
      })),
    }));
    expect(full.leftOut).toHaveLength(stateLimits.leftOut);
    expect(await states.load(object)).toEqual(full);
  });

  it('of another version is refused with what to do', async () => {
    await store.put('objects:group', object.id, { schema: 2, value: {} }, 'any');
    const load = createObjectStates(store, now).load(object);
    await expect(load).rejects.toMatchObject({ code: 'STATE_VERSION_UNKNOWN' });
    await expect(load).rejects.toThrow(
      `The state of group ${object.id} was stored with version 2; this program reads version 1. Update every instance`,
    );
  });

  it('that is damaged is refused and named', async () => {
    for (const value of [{ schema: 1, value: { attempts: 'many' } }, 'rubbish', { schema: 1 }]) {
      await store.put('objects:group', object.id, value, 'any');
      const load = createObjectStates(store, now).load(object);
      await expect(load).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
      await expect(load).rejects.toThrow(object.id);
    }
  });
});

describe('the state of feeds', () => {
  it('is kept per feed, with what was shown in the last two minutes', async () => {
    const feeds = createFeedStates(store, now);
    expect(await feeds.load('groups')).toEqual({ round: 0, shown: [] });
    const shown = [
      { id: idNumber(1), at: at(-121) },
      { id: idNumber(2), at: at(-119) },
    ];
    await feeds.update('groups', (state) => ({ ...state, link: 'https://g/1', shown }));
    await feeds.update('users', (state) => ({ ...state, link: 'https://g/2', round: 3 }));
    expect(await feeds.load('groups')).toEqual({ link: 'https://g/1', round: 0, shown: shown.slice(1) });
    expect((await collect(feeds.list())).map((one) => [one.feed, one.state.link])).toEqual([
      ['groups', 'https://g/1'],
      ['users', 'https://g/2'],
    ]);
  });

  it('remembers at most 5000 shown objects, the newest', async () => {
    const feeds = createFeedStates(store, now);
    const shown = ids(6000).map((id) => ({ id, at: at(-1) }));
    const saved = await feeds.update('groups', (state) => ({ ...state, shown }));
    expect(saved.shown).toEqual(shown.slice(1000));
  });
});

describe('the state of subscriptions', () => {
  it('is kept without their secrets', async () => {
    const states = createSubscriptionStates(store);
    const one = {
      id: 's1',
      resource: '/groups',
      expiresAt: at(100),
      touchedAt: at(0),
      madeWith: 'fingerprint',
    };
    await states.update((state) => ({ ...state, subscriptions: [one], askedFor: ['s1'] }));
    expect(await states.load()).toEqual({ subscriptions: [one], askedFor: ['s1'], lastNotificationAt: {} });
  });
});

describe('waiting members', () => {
  it('lead to the groups that left them out, until taken away', async () => {
    const waiting = createWaitingMembers(store);
    const [groupA, groupB] = [idNumber(100), idNumber(101)];
    const [member, other] = [idNumber(1), idNumber(2)];
    const reason = 'CLOUD_ONLY_USER' as const;
    await waiting.add(groupB, [{ id: member, reason }], at(0));
    await waiting.add(
      groupA,
      [
        { id: member, reason },
        { id: other, reason },
      ],
      at(0),
    );
    await waiting.add(groupA, [{ id: member, reason }], at(1));
    expect(await collect(waiting.groupsOf(member))).toEqual([groupA, groupB]);
    expect(await collect(waiting.groupsOf(other))).toEqual([groupA]);
    await waiting.remove(groupA, [member, idNumber(3)]);
    expect(await collect(waiting.groupsOf(member))).toEqual([groupB]);
    expect(await collect(waiting.groupsOf(other))).toEqual([groupA]);
  });

  it('may be very many for one group', async () => {
    const waiting = createWaitingMembers(store);
    const members = ids(2000, 1000).map((id) => ({ id, reason: 'GUEST' as const }));
    await waiting.add(idNumber(1), members, at(0));
    expect(await collect(waiting.groupsOf(idNumber(2999)))).toEqual([idNumber(1)]);
    await waiting.remove(
      idNumber(1),
      members.map(({ id }) => id),
    );
    expect(await collect(waiting.groupsOf(idNumber(2999)))).toEqual([]);
  });
});

describe('awaited names', () => {
  it('lead from who has them to who waits, until taken away', async () => {
    const names = createAwaitedNames(store);
    const [holder, first, second] = [idNumber(1), idNumber(2), idNumber(3)];
    const user = (id: EntraId) => ({ kind: 'user', id }) as const;
    await names.add(user(second), user(holder), at(0));
    await names.add(user(first), user(holder), at(0));
    await names.add(user(first), user(holder), at(1));
    await names.add(user(holder), user(first), at(0));
    expect(await collect(names.of(user(holder)))).toEqual([user(first), user(second)]);
    expect(await collect(names.of({ kind: 'group', id: holder }))).toEqual([]);
    await names.remove(user(first), user(holder));
    expect(await collect(names.of(user(holder)))).toEqual([user(second)]);
    expect(await collect(names.of(user(first)))).toEqual([user(holder)]);
  });
});

describe('incidents', () => {
  const violation = (more: Partial<Violation> = {}): Violation =>
    Violation.parse({
      code: 'GROUP_TOO_LARGE',
      severity: violationCodes.GROUP_TOO_LARGE.severity,
      about: object,
      subject: 'Sales',
      message: 'Too large.',
      remedy: 'Make it smaller.',
      at: at(0),
      ...more,
    });
  const make = () => {
    let count = 0;
    return createIncidents(store, () => `incident-${++count}`);
  };

  it('are opened once per cause and repeated after that, until resolved', async () => {
    const incidents = make();
    expect(await incidents.report(violation())).toMatchObject({
      event: 'opened',
      incident: { incidentId: 'incident-1', count: 1, openedAt: at(0) },
    });
    expect(await incidents.report(violation({ at: at(60), message: 'Still.' }))).toMatchObject({
      event: 'repeated',
      incident: {
        incidentId: 'incident-1',
        count: 2,
        openedAt: at(0),
        lastAt: at(60),
        violation: { message: 'Still.' },
      },
    });
    const on = { about: object, subject: 'whatever it is called' };
    expect(await incidents.resolve('GROUP_TOO_LARGE', on)).toMatchObject({
      incidentId: 'incident-1',
      count: 2,
    });
    expect(await incidents.resolve('GROUP_TOO_LARGE', on)).toBeUndefined();
    expect((await incidents.report(violation({ at: at(120) }))).event).toBe('opened');
  });

  it('are kept apart by code, by object, and without one by subject', async () => {
    const incidents = make();
    await incidents.report(violation());
    await incidents.report(violation({ about: { kind: 'group', id: idNumber(2) } }));
    await incidents.report(violation({ code: 'NAME_COLLISION' }));
    await incidents.report(violation({ code: 'ALERT_CHANNEL_FAILED', about: undefined, subject: 'mail' }));
    await incidents.report(violation({ code: 'ALERT_CHANNEL_FAILED', about: undefined, subject: 'Teams' }));
    const open = await collect(incidents.list());
    expect(open.map((one) => one.count)).toEqual([1, 1, 1, 1, 1]);
    expect(await incidents.find('ALERT_CHANNEL_FAILED', { subject: 'mail' })).toMatchObject({ count: 1 });
    expect(await incidents.find('ALERT_CHANNEL_FAILED', { subject: 'pager' })).toBeUndefined();
  });

  it('are opened once when many report the same at once', async () => {
    const incidents = make();
    const reports = await Promise.all(Array.from({ length: 10 }, () => incidents.report(violation())));
    expect(reports.filter(({ event }) => event === 'opened')).toHaveLength(1);
    expect(new Set(reports.map(({ incident }) => incident.incidentId)).size).toBe(1);
    expect((await collect(incidents.list()))[0]?.count).toBe(10);
  });
});

describe('the audit', () => {
  const entry = (seconds: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
    id: `e${seconds}`,
    at: at(seconds),
    event: 'change.decided',
    object,
    details: { outcome: 'write' },
    ...more,
  });
  const idsOf = async (entries: AsyncIterable<AuditEntry>) => (await collect(entries)).map(({ id }) => id);

  it('is read newest first, whole or by object', async () => {
    const audit = createAudit(store);
    const other: ObjectRef = { kind: 'user', id: object.id };
    for (const one of [entry(2), entry(1), entry(3, { object: other }), entry(4, { object: undefined })])
      await audit.append(one);
    expect(await idsOf(audit.query())).toEqual(['e4', 'e3', 'e2', 'e1']);
    expect(await idsOf(audit.queryObject(object))).toEqual(['e2', 'e1']);
    expect(await idsOf(audit.queryObject(other))).toEqual(['e3']);
    expect((await collect(audit.queryObject(object)))[0]).toEqual(entry(2));
  });

  it('is read from a time (included) to another (excluded), and no further than the limit', async () => {
    const audit = createAudit(store);
    for (const seconds of [1, 2, 3, 4, 5]) await audit.append(entry(seconds));
    const date = (seconds: number) => new Date(noon + seconds * 1000);
    expect(await idsOf(audit.query({ since: date(2), before: date(4) }))).toEqual(['e3', 'e2']);
    expect(await idsOf(audit.query({ since: date(4) }))).toEqual(['e5', 'e4']);
    expect(await idsOf(audit.query({ before: date(2) }))).toEqual(['e1']);
    expect(await idsOf(audit.query({ limit: 2 }))).toEqual(['e5', 'e4']);
  });

  it('keeps an entry as it was written first: nothing changes it', async () => {
    const audit = createAudit(store);
    await audit.append(entry(1));
    await audit.append(entry(1, { event: 'rewritten', details: {} }));
    expect(await collect(audit.query())).toEqual([entry(1)]);
    expect(await collect(audit.queryObject(object))).toEqual([entry(1)]);
  });

  it('forgets what is older than the retention, everywhere, and nothing else', async () => {
    const audit = createAudit(store);
    const sid = Sid.parse('S-1-5-21-1-2-3-1105');
    const members = [{ change: 'added' as const, sid }];
    for (const seconds of [1, 2, 3, 4]) await audit.append(entry(seconds, { members }));
    const before = new Date(noon + 3000);
    expect(await audit.purge(before, 1)).toBe(1);
    expect(await audit.purge(before, 100)).toBe(1);
    expect(await audit.purge(before, 100)).toBe(0);
    for (const left of [audit.query(), audit.queryObject(object), audit.queryMember([sid])])
      expect(await idsOf(left)).toEqual(['e4', 'e3']);
    const partitions = ['audit', `audit:group:${object.id}`, `audit:member:${sid.toLowerCase()}`];
    for (const partition of partitions) expect(await collect(store.list(partition))).toHaveLength(2);
  });

  it('has an entry once, however often it is appended', async () => {
    const audit = createAudit(store);
    await audit.append(entry(1));
    await audit.append(entry(1));
    await audit.append(entry(1, { id: 'same time' }));
    expect((await idsOf(audit.query())).sort()).toEqual(['e1', 'same time']);
  });
});
