import {
  type DesiredDevice,
  type DesiredGroup,
  type DesiredUser,
  EntraId,
  Intent,
  type Membership,
  Moment,
  type Reference,
  type RemoveIntent,
  Sid,
  type WriteIntent,
} from '../../shared/domain/index.ts';

/** A valid intent for a universal security group, to be varied by each test. */

let count = 0;

/** An id that no other object of this run has. */
export function newEntraId(): EntraId {
  count += 1;
  return EntraId.parse(`3a5c3221-c465-48c0-95b8-${String(count).padStart(12, '0')}`);
}

export const at = '2026-03-01T08:00:00.000Z';

export function desiredGroup(given: Partial<DesiredGroup> = {}): DesiredGroup {
  const id = given.id ?? newEntraId();
  const name = `Sales_${id.slice(-12)}`;
  return {
    kind: 'group',
    id,
    container: 'OU=EntraWriteback',
    commonName: name,
    samAccountName: name,
    security: true,
    scope: 'universal',
    attributes: [
      { name: 'displayName', values: ['Sales'], when: 'always' },
      { name: 'description', values: [], when: 'always' },
    ],
    drift: 'overwrite',
    ...given,
  };
}

/** A user without anything special. */
export function desiredUser(given: Partial<DesiredUser> = {}): DesiredUser {
  const id = given.id ?? newEntraId();
  return {
    kind: 'user',
    id,
    container: 'OU=EntraWriteback',
    commonName: `Ada_${id.slice(-6)}`,
    samAccountName: `ada${id.slice(-6)}`,
    attributes: [{ name: 'displayName', values: ['Ada'], when: 'always' }],
    drift: 'overwrite',
    enabled: true,
    start: 'disabled',
    smartcardRequired: false,
    ...given,
  };
}

/** A device without anything special. */
export function desiredDevice(given: Partial<DesiredDevice> = {}): DesiredDevice {
  const id = given.id ?? newEntraId();
  const container = 'CN=RegisteredDevices';
  const common = { container, commonName: id, attributes: [], drift: 'overwrite' } as const;
  return { kind: 'device', id, deviceId: id, ...common, ...given };
}

const head = (id: EntraId) => ({
  object: { kind: 'group' as const, id },
  cause: 'notification',
  reason: 'WRITE_ENABLED',
  rule: 'security groups',
  policyVersion: 'p1',
  displayName: 'Sales',
  times: { receivedAt: at, decidedAt: at },
});

export const unchanged: Membership = { kind: 'unchanged' };

/** A complete membership: in one part, or in the part given. */
export const complete = (
  members: readonly Reference[],
  part: Partial<Extract<Membership, { kind: 'complete' }>> = {},
): Membership => ({
  kind: 'complete',
  readAt: Moment.parse(at),
  part: 1,
  parts: 1,
  after: null,
  upTo: null,
  members,
  everyPart: [],
  ...part,
});

export const delta = (add: readonly Reference[], remove: readonly Reference[] = []): Membership => ({
  kind: 'delta',
  add,
  remove,
});

export const bySid = (sid: string): Reference => ({ by: 'sid', sid: Sid.parse(sid) });

export function writeIntent(
  desired: WriteIntent['desired'],
  membership: Membership = unchanged,
  more: Partial<Record<'cause' | 'intentId' | 'displayName', string>> = {},
): WriteIntent {
  count += 1;
  const parsed = Intent.parse({
    type: 'write',
    ...head(desired.id),
    object: { kind: desired.kind, id: desired.id },
    intentId: `intent-${count}`,
    desired,
    membership,
    ...more,
  });
  if (parsed.type !== 'write') throw new Error('not a write intent');
  return parsed;
}

export function removeIntent(
  object: RemoveIntent['object'],
  mode: RemoveIntent['mode'],
  quarantine?: string,
): RemoveIntent {
  count += 1;
  const parsed = Intent.parse({
    type: 'remove',
    ...head(object.id),
    object,
    intentId: `intent-${count}`,
    mode,
    ...(quarantine !== undefined && { quarantine }),
  });
  if (parsed.type !== 'remove') throw new Error('not a removal');
  return parsed;
}
