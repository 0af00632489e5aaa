import {
  type DeviceSnapshot,
  type GroupSnapshot,
  type MemberRecord,
  MemberRecord as MemberSchema,
  Snapshot,
  type UserSnapshot,
} from '../../../shared/domain/index.ts';
import {
  type Context,
  type Evaluation,
  evaluate,
  formatPolicyErrors,
  loadPolicy,
  type Policy,
} from '../../../shared/policy/index.ts';

/** A valid default world: each builder takes only what matters to its test. */

export const id = '3a5c3221-c465-48c0-95b8-e9305786a271';
export const sid = 'S-1-5-21-1004336348-1177238915-682003330-1104';
export const readAt = '2026-09-01T08:00:00.000Z';
const head = { id, readAt, presence: 'present' };

export type Over = Readonly<Record<string, unknown>>;

export function group(properties: Over = {}, over: Over = {}): GroupSnapshot {
  const snapshot = Snapshot.parse({
    ...head,
    kind: 'group',
    properties: {
      displayName: 'Payroll readers',
      groupTypes: [],
      mailEnabled: false,
      securityEnabled: true,
      ...properties,
    },
    ...over,
  });
  if (snapshot.kind !== 'group' || snapshot.presence === 'deleted') throw new Error('not a group');
  return snapshot;
}

export const enabled = { writebackConfiguration: { isEnabled: true, onPremisesGroupType: null } };
export const disabled = { writebackConfiguration: { isEnabled: false, onPremisesGroupType: null } };

/** A Microsoft 365 group. */
export const unified = (properties: Over = {}, over: Over = {}): GroupSnapshot =>
  group(
    {
      displayName: 'Sales',
      groupTypes: ['Unified'],
      mailEnabled: true,
      securityEnabled: false,
      mail: 'sales@contoso.com',
      mailNickname: 'sales',
      proxyAddresses: ['SMTP:sales@contoso.com', 'smtp:sales@contoso.onmicrosoft.com'],
      ...properties,
    },
    over,
  );

export function user(properties: Over = {}, over: Over = {}): UserSnapshot {
  const snapshot = Snapshot.parse({
    ...head,
    kind: 'user',
    properties: {
      displayName: 'Ada Lovelace',
      userPrincipalName: 'ada@contoso.com',
      userType: 'Member',
      accountEnabled: true,
      ...properties,
    },
    ...over,
  });
  if (snapshot.kind !== 'user' || snapshot.presence === 'deleted') throw new Error('not a user');
  return snapshot;
}

export const deviceKey = `X509:<SHA1-TP-PUBKEY>${'0123456789ABCDEF0123456789ABCDEF01234567'}${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ='}`;

export function device(properties: Over = {}, over: Over = {}): DeviceSnapshot {
  const key = Buffer.from(deviceKey, 'utf16le').toString('base64');
  const snapshot = Snapshot.parse({
    ...head,
    kind: 'device',
    properties: {
      displayName: 'LAPTOP-01',
      deviceId: '4c299165-6e8f-4b45-a5ba-c5d250a707ff',
      accountEnabled: true,
      trustType: 'AzureAd',
      operatingSystem: 'Windows',
      alternativeSecurityIds: [{ type: 2, key }],
      ...properties,
    },
    ...over,
  });
  if (snapshot.kind !== 'device' || snapshot.presence === 'deleted') throw new Error('not a device');
  return snapshot;
}

export const deleted = (kind: 'group' | 'user' | 'device'): Snapshot =>
  Snapshot.parse({ kind, presence: 'deleted', id, readAt });

export const member = (over: Over = {}): MemberRecord =>
  MemberSchema.parse({
    id: 'b7c8d9e0-1f2a-4b3c-8d4e-5f6071829304',
    type: 'user',
    onPremisesSecurityIdentifier: null,
    onPremisesSyncEnabled: null,
    ...over,
  });

/** A policy that must load. */
export function policyOf(yaml: string): Policy {
  const result = loadPolicy(yaml);
  if (!result.ok) throw new Error(formatPolicyErrors(result.errors));
  return result.policy;
}

export const decide = (snapshot: Snapshot, yaml = '', context: Context = {}): Evaluation =>
  evaluate({ snapshot, policy: policyOf(yaml), context });
