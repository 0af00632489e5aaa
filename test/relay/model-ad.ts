import type { Applied, Directory } from '../../relay/directory/index.ts';
import { isBelow, keyOfDn, parentOf, sameDn } from '../../relay/plan/dn.ts';
import { conversionSteps, mayNest, readGroupType } from '../../relay/plan/group-type.ts';
import { carriesMarker, hasClassOf } from '../../relay/plan/markers.ts';
import type { DirectoryFacts, ObservedMember, ObservedObject, Resolved } from '../../relay/plan/observed.ts';
import { createdObject } from '../../relay/plan/planned.ts';
import { textOf } from '../../relay/plan/values.ts';
import {
  Dn,
  ObjectGuid,
  type Operation,
  parseMarker,
  type Reference,
  Sid,
  type WireValue,
} from '../../shared/domain/index.ts';

/**
 * AD as small as a property test needs it: objects in a map, strict where AD is (unique names,
 * conversions, nesting, no member twice), and without mercy: a plan that AD would refuse throws.
 */

export const baseDn = Dn.parse('DC=lab,DC=test');
export const ou = Dn.parse(`OU=EntraWriteback,${baseDn}`);
const deviceService = Dn.parse(`CN=DeviceRegistrationService,CN=Services,CN=Configuration,${baseDn}`);
const domainSid = Sid.parse('S-1-5-21-1-2-3');

export const facts: DirectoryFacts = {
  baseDn,
  configurationDn: Dn.parse(`CN=Configuration,${baseDn}`),
  schemaDn: Dn.parse(`CN=Schema,CN=Configuration,${baseDn}`),
  domainSid,
  dnsDomain: 'lab.test',
  schemaVersion: 87,
  exchangePrepared: false,
  recycleBin: true,
  vendor: 'microsoft',
  hasAttribute: (name) => !/^(mailNickname|msExch)/i.test(name),
};

export type Held = {
  readonly guid: ObjectGuid;
  readonly sid: Sid | undefined;
  readonly objectClass: readonly string[];
  dn: Dn;
  attributes: Record<string, readonly WireValue[]>;
  members: Set<ObjectGuid>;
  deletedFrom: Dn | undefined;
};

export type ModelAd = Directory & {
  readonly objects: Map<ObjectGuid, Held>;
  /** How many operations changed something. */
  writes(): number;
  add(given: {
    dn: string;
    objectClass?: readonly string[];
    attributes?: Record<string, readonly WireValue[]>;
    rid?: number;
  }): Held;
  /** Everything, as text: equal texts are equal directories. */
  dump(): string;
};

class Refused extends Error {}

export function createModelAd(): ModelAd {
  const objects = new Map<ObjectGuid, Held>();
  let next = 1000;
  let writes = 0;

  const live = (): Held[] => [...objects.values()].filter((one) => one.deletedFrom === undefined);
  const at = (dn: string): Held | undefined =>
    live().find((one) => sameDn(one.dn, dn) || `<SID=${one.sid}>` === dn);
  const named = (name: string): Held | undefined =>
    live().find((one) => textOf(observed(one), 'sAMAccountName')?.toLowerCase() === name.toLowerCase());
  const wrote = (dn: Dn, count = 0): Applied => {
    writes += 1;
    return { wrote: true, dn, refused: [], memberCount: count };
  };
  const nothing = (dn: Dn): Applied => ({ wrote: false, dn, refused: [], memberCount: 0 });
  const must = (guid: ObjectGuid, dn: Dn): Held => {
    const found = guid === createdObject ? at(dn) : objects.get(guid);
    if (!found) throw new Refused(`no object ${dn}`);
    return found;
  };
  const free = (dn: Dn, self?: Held): void => {
    const holder = at(dn);
    if (holder && holder !== self) throw new Refused(`${dn} exists`);
  };

  function observed(one: Held): ObservedObject {
    const { dn, guid, sid, objectClass, attributes } = one;
    return { dn, guid, sid, objectClass, attributes };
  }

  const add: ModelAd['add'] = ({ dn, objectClass = ['top', 'group'], attributes = {}, rid }) => {
    next += 1;
    const made: Held = {
      guid: ObjectGuid.parse(`00000000-0000-4000-8000-${String(next).padStart(12, '0')}`),
      sid: objectClass.includes('msDS-Device') ? undefined : Sid.parse(`${domainSid}-${rid ?? next}`),
      dn: Dn.parse(dn),
      objectClass,
      attributes,
      members: new Set(),
      deletedFrom: undefined,
    };
    objects.set(made.guid, made);
    return made;
  };

  function replaceAttributes(one: Held, replace: Readonly<Record<string, readonly WireValue[]>>): void {
    for (const [name, values] of Object.entries(replace)) {
      if (new Set(values.map((value) => JSON.stringify(value))).size < values.length)
        throw new Refused(`${name} has the same value twice`);
      if (name === 'sAMAccountName') {
        const holder = named(String(values[0]));
        if (holder && holder !== one) throw new Refused('sAMAccountName in use');
      }
      if (name === 'groupType') convert(one, String(values[0]));
      if (values.length === 0) delete one.attributes[name];
      else one.attributes[name] = values;
    }
  }

  function convert(one: Held, to: string): void {
    const from = readGroupType(textOf(observed(one), 'groupType'));
    const target = readGroupType(to);
    if (!target) throw new Refused('bad groupType');
    if (from && conversionSteps(from, target).length > 1) throw new Refused('scope change forbidden');
    for (const guid of one.members) {
      const inner = readGroupType(textOf(observed(must(guid, one.dn)), 'groupType'));
      if (inner && !mayNest(inner.scope, target.scope)) throw new Refused('members forbid this scope');
    }
  }

  function changeMembers(one: Held, members: readonly Dn[], direction: 'add' | 'remove'): number {
    const found = members.map((dn) => {
      const member = at(dn);
      if (!member) throw new Refused(`no member ${dn}`);
      return member;
    });
    if (new Set(found).size < found.length) throw new Refused('a member stands twice in one change');
    const scope = readGroupType(textOf(observed(one), 'groupType'))?.scope ?? 'universal';
    const before = one.members.size;
    for (const member of found) {
      const inner = readGroupType(textOf(observed(member), 'groupType'));
      if (direction === 'add' && inner && !mayNest(inner.scope, scope)) throw new Refused('nesting');
      if (direction === 'add') one.members.add(member.guid);
      else one.members.delete(member.guid);
    }
    return Math.abs(one.members.size - before);
  }

  async function apply(operation: Operation): Promise<Applied> {
    const before = dump();
    switch (operation.op) {
      case 'create': {
        const { objectClass = [], ...attributes } = operation.attributes;
        if (at(operation.dn)) throw new Refused('exists');
        const parent = parentOf(operation.dn);
        if (!parent || !(sameDn(parent, ou) || at(parent))) throw new Refused('no parent');
        const made = add({ dn: operation.dn, objectClass: objectClass.map(String) });
        replaceAttributes(made, attributes);
        return wrote(made.dn);
      }
      case 'reanimate': {
        const one = must(operation.guid, operation.dn);
        if (one.deletedFrom === undefined) return nothing(one.dn);
        free(operation.to);
        one.dn = operation.to;
        one.deletedFrom = undefined;
        return wrote(one.dn);
      }
      case 'delete': {
        const one = objects.get(operation.guid);
        if (!one || one.deletedFrom !== undefined) return nothing(operation.dn);
        one.deletedFrom = one.dn;
        for (const group of objects.values()) group.members.delete(one.guid);
        return wrote(operation.dn);
      }
      case 'modify': {
        const one = must(operation.guid, operation.dn);
        replaceAttributes(one, operation.replace);
        return dump() === before ? nothing(one.dn) : wrote(one.dn);
      }
      case 'move': {
        const one = must(operation.guid, operation.dn);
        free(operation.to, one);
        if (one.dn === operation.to) return nothing(one.dn);
        one.dn = operation.to;
        return wrote(one.dn);
      }
      case 'addMembers':
      case 'removeMembers': {
        const one = must(operation.guid, operation.dn);
        const direction = operation.op === 'addMembers' ? 'add' : 'remove';
        const count = changeMembers(one, operation.members, direction);
        return count === 0 ? nothing(one.dn) : wrote(one.dn, count);
      }
    }
  }

  function dump(): string {
    const lines = [...objects.values()].map(({ members, ...one }) =>
      JSON.stringify({
        ...one,
        attributes: Object.fromEntries(Object.entries(one.attributes).toSorted()),
        members: [...members].toSorted(),
      }),
    );
    return lines.toSorted().join('\n');
  }

  function memberOf(held: Held): ObservedMember {
    const [text] = held.attributes.adminDescription ?? [];
    const ref = typeof text === 'string' ? parseMarker(text) : undefined;
    const { dn, guid, sid } = held;
    return { dn, guid, sid, markerKey: ref && `${ref.kind}:${ref.id}` };
  }

  function resolveOne(reference: Reference): Resolved {
    const found = live().find((one) => matches(one, reference));
    if (!found) return { found: false, reference, reason: 'NOT_IN_AD' };
    const { dn, guid, sid, objectClass } = found;
    const scope = readGroupType(textOf(observed(found), 'groupType'))?.scope;
    return { found: true, reference, dn, guid, sid, objectClass: objectClass.at(-1) ?? 'top', scope };
  }

  const matches = (one: Held, reference: Reference): boolean => {
    switch (reference.by) {
      case 'sid':
        return one.sid === reference.sid;
      case 'marker':
        return carriesMarker(observed(one), reference);
      case 'device':
        return keyOfDn(one.dn)?.startsWith(`cn=${reference.deviceId},`) ?? false;
      case 'computer':
        return one.guid === reference.objectGuid;
    }
  };

  return {
    objects,
    writes: () => writes,
    add,
    dump,
    facts: async () => facts,
    async observe({ object, targetDn, samAccountName, continues, includeDeleted }) {
      const find = (one: Held | undefined) => one && observed(one);
      const marked = live().filter((one) => carriesMarker(observed(one), object));
      const gone = [...objects.values()].filter(
        (one) =>
          one.deletedFrom !== undefined &&
          carriesMarker(observed(one), object) &&
          hasClassOf(observed(one), object.kind),
      );
      return {
        marked: marked.map(observed),
        deleted:
          marked.length > 0 || !includeDeleted
            ? []
            : gone.map((one) => ({
                dn: Dn.parse(`CN=deleted-${one.guid},CN=Deleted Objects,${baseDn}`),
                guid: one.guid,
                sid: one.sid,
                lastKnownParent: one.deletedFrom && parentOf(one.deletedFrom),
                recycled: false,
                adminCount: 0,
                userAccountControl: textOf(observed(one), 'userAccountControl'),
              })),
        continued: find(live().find((one) => continues !== undefined && one.sid === continues)),
        atTarget: find(targetDn && at(targetDn)),
        nameHolder: find(samAccountName === undefined ? undefined : named(samAccountName)),
      };
    },
    async read(dn) {
      const found = at(dn);
      return found && observed(found);
    },
    async *members(group) {
      yield [...(at(group)?.members ?? [])].map((guid) => memberOf(must(guid, group)));
    },
    async memberStates(group, resolved) {
      const members = at(group)?.members ?? new Set();
      return new Set(resolved.flatMap((one) => (one.found && members.has(one.guid) ? [one.reference] : [])));
    },
    async findTaken({ userPrincipalNames, samAccountNames, addresses }) {
      const wanted = new Set(
        [...userPrincipalNames, ...samAccountNames, ...addresses].map((one) => one.toLowerCase()),
      );
      const has = (one: ObservedObject): boolean =>
        [textOf(one, 'userPrincipalName'), textOf(one, 'sAMAccountName'), `smtp:${textOf(one, 'mail')}`].some(
          (text) => text !== undefined && wanted.has(text.toLowerCase()),
        );
      return live().map(observed).filter(has);
    },
    resolve: async (references) => references.map(resolveOne),
    observeMany: async () => [],
    deviceRegistration: async (insisted) => {
      const container = insisted ?? Dn.parse(`CN=RegisteredDevices,${baseDn}`);
      const services = insisted ? [] : [{ dn: deviceService, location: container, enabled: true }];
      return { services, container, containerClass: ['top', 'msDS-DeviceContainer'] };
    },
    async *marked() {
      yield [];
    },
    apply,
    close: async () => undefined,
  };
}

/** What lies outside of the OU of the relay, as text. */
export const outside = (ad: ModelAd): string =>
  [...ad.objects.values()]
    .filter((one) => !isBelow(one.deletedFrom ?? one.dn, ou))
    .map(({ members, ...one }) => JSON.stringify({ ...one, members: [...members] }))
    .toSorted()
    .join('\n');
