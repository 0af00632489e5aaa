import type { ObjectKind } from '../../domain/index.ts';
import { type Policy, type Requirements, requirements } from '../../policy/index.ts';

/** Users and devices are looked at only where some rule writes them. */
export function isWritten(kind: ObjectKind, policy: Policy): boolean {
  const { users, devices } = requirements(policy);
  return { group: true, user: users.written, device: devices.written }[kind];
}

/**
 * Whether a page of Graph's list holds all that the policy decides by. What costs a request for each
 * object (owners, administrative units, managers, people of a device) is not in it.
 */
export function listSuffices(kind: ObjectKind, { groups, users }: Requirements): boolean {
  switch (kind) {
    case 'group':
      return (
        !groups.owners && !groups.administrativeUnits && !groups.onPremisesSyncBehavior && !groups.memberCount
      );
    case 'user':
      return !users.manager;
    case 'device':
      return false;
  }
}

/** Whether at least the decision can be told from the list: no rule asks for managers, or people of devices. */
export const listDecides = (kind: ObjectKind, needs: Requirements): boolean =>
  kind === 'user' || (kind === 'device' && !needs.devices.decidedByOwner) || listSuffices(kind, needs);

/** Whether what a list lacks can be asked for, many objects to a request. Members are counted one by one. */
export const canComplete = (kind: ObjectKind, { groups }: Requirements): boolean =>
  kind !== 'group' || !groups.memberCount;

/** Extension attributes that the list has to show. */
export function extensionsOf(kind: ObjectKind, { groups, users }: Requirements): readonly string[] {
  return { group: groups.extensions, user: users.extensions, device: [] }[kind];
}
