import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MemberTarget } from '../../../relay/plan/candidates.ts';
import { concernsMember, type MemberFacts, noMemberFacts } from '../../../relay/plan/member-facts.ts';
import { keysOfMember } from '../../../relay/plan/member-keys.ts';
import { planMembers } from '../../../relay/plan/members.ts';
import type { ObservedMember, Resolved } from '../../../relay/plan/observed.ts';
import { Dn, type EntraId, keyOf, ObjectGuid, type Reference, Sid } from '../../../shared/domain/index.ts';
import { bySid, complete, delta, newEntraId } from '../intents.ts';

const guidOf = (index: number): ObjectGuid =>
  ObjectGuid.parse(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
const sidOf = (index: number): Sid => Sid.parse(`S-1-5-21-1-2-3-${1000 + index}`);
const group: MemberTarget = {
  ref: { kind: 'group', id: newEntraId() },
  guid: guidOf(0),
  scope: 'universal',
  domainSid: 'S-1-5-21-1-2-3',
};

const member = (index: number, more: Partial<ObservedMember> = {}): ObservedMember => ({
  dn: Dn.parse(`CN=m${index},DC=lab`),
  guid: guidOf(index),
  sid: sidOf(index),
  markerKey: undefined,
  ...more,
});

const found = (reference: Reference, index: number, more: object = {}): Resolved => ({
  found: true,
  reference,
  dn: Dn.parse(`CN=m${index},DC=lab`),
  guid: guidOf(index),
  sid: sidOf(index),
  objectClass: 'user',
  scope: undefined,
  ...more,
});

const facts = (given: Partial<MemberFacts>): MemberFacts => ({ ...noMemberFacts, ...given });
const nested = (id: EntraId = newEntraId()): Reference => ({ by: 'marker', kind: 'group', id });

describe('a delta', () => {
  test('sends SIDs of users without looking them up', () => {
    const plan = planMembers(delta([bySid(sidOf(1))], [bySid(sidOf(2))]), group, noMemberFacts);
    expect(plan).toEqual({ add: [`<SID=${sidOf(1)}>`], remove: [`<SID=${sidOf(2)}>`], leftOut: [] });
  });

  test('adds nobody who is a member and removes nobody who is none', () => {
    const [coming, there, going, gone] = [nested(), nested(), nested(), nested()];
    const resolved = [found(coming, 1), found(there, 2), found(going, 3), found(gone, 4)];
    const plan = planMembers(delta([coming, there], [going, gone]), group, {
      ...facts({ resolved }),
      present: new Set([there, going]),
    });
    expect(plan).toEqual({ add: ['CN=m1,DC=lab'], remove: ['CN=m3,DC=lab'], leftOut: [] });
  });

  test('leaves out what AD does not have, with its reason, and removes it silently', () => {
    const [missing, gone] = [nested(), nested()];
    const resolved: Resolved[] = [
      { found: false, reference: missing, reason: 'GROUP_NOT_WRITTEN' },
      { found: false, reference: gone, reason: 'GROUP_NOT_WRITTEN' },
    ];
    expect(planMembers(delta([missing], [gone]), group, facts({ resolved }))).toEqual({
      add: [],
      remove: [],
      leftOut: [{ id: missing.id, reference: keyOf(missing), reason: 'GROUP_NOT_WRITTEN' }],
    });
  });

  test('names an AD object once, however many references stand for it', () => {
    const reference = nested();
    const plan = planMembers(
      delta([bySid(sidOf(1)), reference, bySid(sidOf(1))]),
      group,
      facts({ resolved: [found(reference, 1)] }),
    );
    expect(plan.add).toEqual([`<SID=${sidOf(1)}>`]);
  });

  test('keeps an AD object that leaves as one cloud object and stays as another', () => {
    const reference = nested();
    const plan = planMembers(
      delta([bySid(sidOf(1))], [reference]),
      group,
      facts({ resolved: [found(reference, 1)], present: new Set([reference]) }),
    );
    expect(plan.remove).toEqual([]);
  });

  test('does not put the group into itself, by whichever reference', () => {
    const byGuid = bySid(sidOf(0));
    const reference: Reference = { by: 'sid', sid: sidOf(0), kind: 'group' };
    const own = nested(group.ref.id);
    const resolved = [found(reference, 0, { objectClass: 'group', scope: 'universal' })];
    const plan = planMembers(delta([own, reference]), group, facts({ resolved }));
    expect(byGuid.by).toBe('sid');
    expect(plan.add).toEqual([]);
    expect(plan.leftOut.map(({ reason }) => reason)).toEqual(['PROTECTED', 'PROTECTED']);
  });

  test('leaves a domain local group out of a universal one and writes the others', () => {
    const local: Reference = { by: 'sid', sid: sidOf(1), kind: 'group' };
    const global: Reference = { by: 'sid', sid: sidOf(2), kind: 'group' };
    const resolved = [
      found(local, 1, { objectClass: 'group', scope: 'domainLocal' }),
      found(global, 2, { objectClass: 'group', scope: 'global' }),
    ];
    const plan = planMembers(delta([local, global]), group, facts({ resolved }));
    expect(plan.add).toEqual(['CN=m2,DC=lab']);
    expect(plan.leftOut).toEqual([{ reference: sidOf(1), reason: 'REFUSED_BY_AD' }]);
  });

  test('does not take containers, domains and the like as members', () => {
    const reference = nested();
    const resolved = [found(reference, 1, { objectClass: 'organizationalUnit' })];
    expect(planMembers(delta([reference]), group, facts({ resolved })).leftOut).toMatchObject([
      { reason: 'PROTECTED' },
    ]);
  });
});

describe('a SID of another domain', () => {
  const reference = bySid('S-1-5-21-7-7-7-1234');
  const there = (more: object = {}) =>
    found(reference, 1, { dn: Dn.parse('CN=m1,DC=other,DC=lab'), sid: 'S-1-5-21-7-7-7-1234', ...more });
  const planned = (resolved: readonly Resolved[], target: MemberTarget = group) =>
    planMembers(delta([reference, bySid(sidOf(2))]), target, facts({ resolved }));

  test('is left out and named where nobody knows its object, and the others are written', () => {
    for (const resolved of [[], [{ found: false, reference, reason: 'NOT_IN_AD' } as const]]) {
      expect(planned(resolved)).toMatchObject({
        add: [`<SID=${sidOf(2)}>`],
        leftOut: [{ reference: 'S-1-5-21-7-7-7-1234', reason: 'OTHER_DOMAIN' }],
      });
    }
  });

  test('is written by name where the global catalog knows it, in a group whose scope takes it', () => {
    expect(planned([there()])).toMatchObject({
      add: ['<SID=S-1-5-21-1-2-3-1002>', 'CN=m1,DC=other,DC=lab'],
      leftOut: [],
    });
    const reasons = (target: MemberTarget, more: object) =>
      planned([there(more)], target).leftOut.map(({ reason }) => reason);
    expect(reasons({ ...group, scope: 'global' }, {})).toEqual(['REFUSED_BY_AD']);
    const local = { objectClass: 'group', scope: 'domainLocal' };
    expect(reasons({ ...group, scope: 'domainLocal' }, local)).toEqual(['REFUSED_BY_AD']);
    expect(reasons({ ...group, scope: 'domainLocal' }, {})).toEqual([]);
  });

  test('leaves all the same, by its name or by its SID', () => {
    const removed = (resolved: readonly Resolved[]) =>
      planMembers(delta([], [reference]), group, facts({ resolved })).remove;
    expect(removed([there()])).toEqual(['CN=m1,DC=other,DC=lab']);
    expect(removed([])).toEqual(['<SID=S-1-5-21-7-7-7-1234>']);
  });
});

test.each(['S-1-1-0', 'S-1-5-11', 'S-1-5-32-544', 'S-1-5-21-1-2-3-513', 'S-1-5-21-1-2-3-500'])(
  'a SID that means many, or the system, is nobody to let in: %s',
  (sid) => {
    const plan = planMembers(delta([bySid(sid)]), group, noMemberFacts);
    expect(plan).toMatchObject({ add: [], leftOut: [{ reference: sid, reason: 'PROTECTED' }] });
  },
);

describe('a complete membership', () => {
  test('adds who is missing, removes who is not listed, and leaves the rest alone', () => {
    const plan = planMembers(
      complete([bySid(sidOf(1)), bySid(sidOf(2))]),
      group,
      facts({ current: [member(2), member(3)] }),
    );
    expect(plan).toEqual({ add: [`<SID=${sidOf(1)}>`], remove: ['CN=m3,DC=lab'], leftOut: [] });
  });

  test('knows a member with two keys by either of them', () => {
    const reference = nested();
    const both = member(1, { markerKey: `group:${reference.id}` });
    const resolved = [found(reference, 1)];
    for (const listed of [reference, bySid(sidOf(1))])
      expect(planMembers(complete([listed]), group, facts({ resolved, current: [both] }))).toEqual({
        add: [],
        remove: [],
        leftOut: [],
      });
  });

  test('removes a member with two keys only where no key is listed and both lie in the range', () => {
    const id = newEntraId();
    const both = member(1, { markerKey: `group:${id}` });
    const decide = (range: object) =>
      planMembers(complete([], range), group, facts({ current: [both] })).remove;
    expect(decide({})).toEqual(['CN=m1,DC=lab']);
    expect(decide({ after: 'a' })).toEqual([]);
    expect(decide({ upTo: 'T' })).toEqual([]);
    expect(decide({ after: 'S', upTo: 'T' })).toEqual([]);
    expect(decide({ after: 'S', upTo: 'z' })).toEqual(['CN=m1,DC=lab']);
  });

  test('decides about a member without a key in the part that begins the range', () => {
    const contact = member(1, { sid: undefined });
    const decide = (range: object) =>
      planMembers(complete([], range), group, facts({ current: [contact] })).remove;
    expect(decide({ upTo: 'x' })).toEqual(['CN=m1,DC=lab']);
    expect(decide({ after: 'x' })).toEqual([]);
  });

  test('keeps a computer that is listed by its GUID in every part', () => {
    const computer: Reference = { by: 'computer', objectGuid: guidOf(1), id: newEntraId() };
    const plan = planMembers(
      complete([], { everyPart: [computer] }),
      group,
      facts({ resolved: [found(computer, 1, { objectClass: 'computer' })], current: [member(1), member(2)] }),
    );
    expect(plan).toEqual({ add: [], remove: ['CN=m2,DC=lab'], leftOut: [] });
  });

  test('knows a device by its name too, since its marker holds the other id', () => {
    const [id, deviceId] = [newEntraId(), newEntraId()];
    const device: ObservedMember = {
      dn: Dn.parse(`CN=${deviceId.toUpperCase()},CN=RegisteredDevices,DC=lab`),
      guid: guidOf(1),
      sid: undefined,
      markerKey: `device:${id}`,
    };
    expect(keysOfMember(device)).toEqual([`device:${id}`, `device:${deviceId}`]);
    const reference: Reference = { by: 'device', deviceId, id };
    const listed = planMembers(complete([reference]), group, {
      ...facts({ current: [device] }),
      resolved: [found(reference, 1, { sid: undefined, objectClass: 'msDS-Device' })],
    });
    expect(listed).toEqual({ add: [], remove: [], leftOut: [] });
  });

  test('does not remove a member whose reference is listed but left out', () => {
    const local: Reference = { by: 'sid', sid: sidOf(1), kind: 'group' };
    const resolved = [found(local, 1, { objectClass: 'group', scope: 'domainLocal' })];
    const plan = planMembers(complete([local]), group, facts({ resolved, current: [member(1)] }));
    expect(plan.remove).toEqual([]);
  });
});

describe('a complete membership in parts', () => {
  const people = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 25 });
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 4 });

  /** Cuts as the cloud does: sorted by key, "after" exclusive, "up to" inclusive. */
  function parts(listed: readonly number[], at: readonly number[]) {
    const bounds = [null, ...at.map((index) => String(sidOf(index))).toSorted(), null];
    return bounds.slice(1).map((upTo, index) => {
      const after = bounds[index] ?? null;
      const members = listed
        .map((one) => bySid(sidOf(one)))
        .filter((one) => {
          const key = keyOf(one) ?? '';
          return (after === null || key > after) && (upTo === null || key <= upTo);
        });
      return complete(members, { after, upTo, part: index + 1, parts: bounds.length - 1 });
    });
  }

  test('in any order, each as often as one likes, gives the same members as one part', () => {
    fc.assert(
      fc.property(people, people, cuts, fc.infiniteStream(fc.nat()), (listed, before, at, chance) => {
        const all = parts(listed, at);
        const order = [...all, ...all].toSorted(() => (chance.next().value % 2) - 0.5);
        const members = new Set(before);
        for (const part of [...order, ...all]) {
          const current = [...members].map((index) => member(index));
          const relevant = current.filter((one) => concernsMember(part, new Set(), one));
          const { add, remove } = planMembers(part, group, facts({ current: relevant }));
          for (const dn of add) members.add(Number(dn.slice(0, -1).split('-').at(-1)) - 1000);
          for (const dn of remove) members.delete(Number(/m(\d+)/.exec(dn)?.[1]));
        }
        expect([...members].toSorted()).toEqual([...listed].toSorted());
      }),
    );
  });

  test('never touches a member whose key lies outside of its range', () => {
    fc.assert(
      fc.property(people, people, cuts, (listed, before, at) => {
        for (const part of parts(listed, at)) {
          if (part.kind !== 'complete') continue;
          const { remove } = planMembers(part, group, facts({ current: before.map((one) => member(one)) }));
          for (const dn of remove) {
            const key = sidOf(Number(/m(\d+)/.exec(dn)?.[1]));
            expect(
              (part.after === null || key > part.after) && (part.upTo === null || key <= part.upTo),
            ).toBe(true);
          }
        }
      }),
    );
  });
});
