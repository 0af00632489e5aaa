import { desiredDevice, desiredGroup, desiredUser } from '../../shared/desired/index.ts';
import {
  type DesiredAttribute,
  DeviceProperties,
  EntraId,
  GroupProperties,
  Moment,
  type ObjectKind,
  UserProperties,
} from '../../shared/domain/index.ts';
import { defaultPolicy } from '../../shared/policy/index.ts';
import { markerAttributesFor } from '../plan/markers.ts';
import type { DirectoryFacts } from '../plan/observed.ts';

/** What decides which attributes are written in one forest. */
export type Writing = {
  readonly forest: DirectoryFacts;
  /** Whether mail attributes are written where the forest is prepared for Exchange. */
  readonly mail: boolean;
  /** What the policy writes besides (`attributes:` of its rules). */
  readonly extra: readonly string[];
};

/**
 * Attributes that the relay's plans write besides the marker and those of the desired object: an object is renamed by its cn and name
 * (MS-ADTS §3.1.1.5.4), a group changes its type, and an account is enabled and disabled.
 */
const byPlan: Readonly<Record<ObjectKind, readonly string[]>> = {
  group: ['cn', 'name', 'sAMAccountName', 'groupType', 'member'],
  user: ['cn', 'name', 'sAMAccountName', 'userAccountControl'],
  device: ['cn', 'name'],
};

/** Every attribute that writeback of a kind writes in this forest, by name, as the core itself says. */
export function writtenAttributes(kind: ObjectKind, writing: Writing): readonly string[] {
  const desired = desiredAttributes(kind, writing)
    .filter(({ when }) => when !== 'exchangePrepared' || (writing.forest.exchangePrepared && writing.mail))
    .map(({ name }) => name);
  const markers = markerAttributesFor(kind, writing.forest);
  const names = new Set([...byPlan[kind], ...markers, ...desired, ...writing.extra]);
  return [...names]
    .filter(writing.forest.hasAttribute)
    .toSorted((one, other) => one.localeCompare(other, 'en'));
}

/** An Exchange organisation about which everything is known, so that everything about mail is written. */
const exchange = { organization: 'Any', addressLists: ['CN=Any'], routingDomain: 'any.example' };
const id = EntraId.parse('00000000-0000-4000-8000-000000000001');
const read = { id, presence: 'present', readAt: Moment.parse('2026-01-01T00:00:00.000Z') } as const;

/** What the core writes of an object that has everything, under default settings. */
function desiredAttributes(kind: ObjectKind, { mail }: Writing): readonly DesiredAttribute[] {
  const { defaults } = defaultPolicy();
  const withMail = { mail: mail ? ('auto' as const) : ('never' as const) };
  switch (kind) {
    case 'group': {
      const properties = GroupProperties.parse({
        displayName: 'Any',
        mail: 'any@any.example',
        groupTypes: ['Unified'],
        mailEnabled: true,
        securityEnabled: false,
      });
      const settings = { ...defaults.groups, ...withMail };
      return desiredGroup({ kind, ...read, properties }, settings, exchange).attributes;
    }
    case 'user': {
      const properties = UserProperties.parse({
        userPrincipalName: 'any@any.example',
        mail: 'any@any.example',
        userType: 'Member',
      });
      const settings = { ...defaults.users, ...withMail };
      return desiredUser({ kind, ...read, properties }, settings, exchange).attributes;
    }
    case 'device': {
      const properties = DeviceProperties.parse({ deviceId: id });
      return desiredDevice({ kind, ...read, properties }, defaults.devices).attributes;
    }
  }
}
