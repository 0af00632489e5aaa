import type { ObjectGuid, Operation, Plan, WireValue } from '../../shared/domain/index.ts';
import type { ObservedMember, ObservedObject } from './observed.ts';
import { createdObject } from './planned.ts';

/** What the plan found, as far as the inverse needs it. */
export type Before = {
  readonly object: ObservedObject | undefined;
  /** The members of a group that the plan deletes. */
  readonly members: readonly ObservedMember[];
  /** The GUID that the object got, where the plan created one. */
  readonly created: ObjectGuid | undefined;
};

/**
 * The plan that takes a plan back. A deleted object is reanimated and gets the attributes that were
 * seen before; what the relay did not read (ACL, attributes of others) returns only where the
 * Recycle Bin of AD is on. What was added or removed and was so already before is not told apart.
 */
export function inverseOf(plan: Plan, before: Before): Plan {
  return { operations: plan.operations.toReversed().flatMap((operation) => inverse(operation, before)) };
}

function inverse(operation: Operation, before: Before): readonly Operation[] {
  const { created } = before;
  switch (operation.op) {
    case 'create':
      return created === undefined ? [] : [{ op: 'delete', dn: operation.dn, guid: created }];
    case 'reanimate':
      return [{ op: 'delete', dn: operation.to, guid: operation.guid }];
    case 'modify':
      return [{ ...operation, guid: real(operation.guid, created), ...swapped(operation) }];
    case 'move':
      return [{ op: 'move', guid: operation.guid, dn: operation.to, to: operation.dn }];
    case 'addMembers':
      return [{ ...operation, op: 'removeMembers', guid: real(operation.guid, created) }];
    case 'removeMembers':
      return [{ ...operation, op: 'addMembers' }];
    case 'delete':
      return bringBack(operation, before);
  }
}

/** A password cannot be put back, since nobody knows it. */
function swapped({ replace, before }: Extract<Operation, { op: 'modify' }>) {
  const known = (values: Readonly<Record<string, readonly WireValue[]>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'unicodePwd'));
  return { replace: known(before), before: known(replace) };
}

function bringBack({ dn, guid }: Extract<Operation, { op: 'delete' }>, before: Before): readonly Operation[] {
  const replace = Object.fromEntries(
    Object.entries(before.object?.attributes ?? {}).filter(([name]) => !kept.has(name.toLowerCase())),
  );
  const members = before.members.map((member) => member.dn).toSorted();
  return [
    { op: 'reanimate', dn, guid, to: dn },
    ...(Object.keys(replace).length > 0 ? [{ op: 'modify' as const, dn, guid, replace, before: {} }] : []),
    ...(members.length > 0 ? [{ op: 'addMembers' as const, dn, guid, members }] : []),
  ];
}

/** What AD keeps on a deleted object or sets itself; none of it can be written. */
const kept = new Set([
  'objectclass',
  'objectguid',
  'objectsid',
  'cn',
  'name',
  'distinguishedname',
  'whencreated',
  'whenchanged',
  'usnchanged',
  'usncreated',
  'samaccounttype',
  'pwdlastset',
  'admincount',
  'iscriticalsystemobject',
  'member',
  'memberof',
]);

const real = (guid: ObjectGuid, created: ObjectGuid | undefined): ObjectGuid =>
  guid === createdObject && created !== undefined ? created : guid;
