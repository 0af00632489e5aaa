import { classifyGroup, groupKinds } from '../../classify/index.ts';
import type { GroupSnapshot } from '../../domain/index.ts';
import { type AttributeTable, type Read, readerOf, spaceOf } from './table.ts';

/** What a policy can read of a group. */
export const groupAttributes: AttributeTable<GroupSnapshot> = {
  id: { type: 'text', about: 'Object id in Entra.', read: (group) => group.id },
  displayName: {
    type: 'text',
    about: 'Name that people see.',
    read: ({ properties }) => properties.displayName,
  },
  description: { type: 'text', about: 'Description.', read: ({ properties }) => properties.description },
  mail: { type: 'text', about: 'Primary mail address.', read: ({ properties }) => properties.mail },
  mailNickname: { type: 'text', about: 'Mail alias.', read: ({ properties }) => properties.mailNickname },
  proxyAddresses: {
    type: 'list',
    about: 'All mail addresses, with their prefixes.',
    read: ({ properties }) => properties.proxyAddresses,
  },
  kind: {
    type: 'text',
    values: groupKinds,
    about: 'What the group is: microsoft365 or security reach the rules, the others never do.',
    read: ({ properties }) => classifyGroup(properties).kind,
  },
  dynamic: {
    type: 'boolean',
    about: 'Whether a membership rule decides who is a member.',
    read: ({ properties }) => classifyGroup(properties).dynamic,
  },
  membershipRule: {
    type: 'text',
    about: 'The membership rule of a dynamic group.',
    read: ({ properties }) => properties.membershipRule,
  },
  roleAssignable: {
    type: 'boolean',
    about: 'Whether Entra roles can be assigned to the group.',
    read: ({ properties }) => classifyGroup(properties).roleAssignable,
  },
  managementRestricted: {
    type: 'boolean',
    about: 'Whether the group is in a restricted management administrative unit.',
    read: ({ properties }) => properties.isManagementRestricted,
  },
  movedFromAd: {
    type: 'boolean',
    about: 'Whether the group was synchronised from AD once and is mastered in the cloud now.',
    read: ({ properties }) => classifyGroup(properties).source === 'movedToCloud',
  },
  visibility: {
    type: 'text',
    values: ['Public', 'Private', 'HiddenMembership'],
    about: 'Who can see the members of a Microsoft 365 group.',
    read: ({ properties }) => properties.visibility,
  },
  classification: {
    type: 'text',
    about: 'Classification label, such as low or high business impact.',
    read: ({ properties }) => properties.classification,
  },
  writebackEnabled: {
    type: 'boolean',
    about: 'writebackConfiguration.isEnabled; null where nobody has set it.',
    read: ({ properties }) => properties.writebackConfiguration.isEnabled,
  },
  writebackType: {
    type: 'text',
    values: ['universalDistributionGroup', 'universalSecurityGroup', 'universalMailEnabledSecurityGroup'],
    about: 'writebackConfiguration.onPremisesGroupType.',
    read: ({ properties }) => properties.writebackConfiguration.onPremisesGroupType,
  },
  owners: {
    type: 'list',
    about: 'Object ids of the owners. Read only when the policy uses it.',
    read: ({ properties }) => properties.owners ?? undefined,
  },
  administrativeUnits: {
    type: 'list',
    about: 'Object ids of the administrative units. Read only when the policy uses it.',
    read: ({ properties }) => properties.administrativeUnits ?? undefined,
  },
  memberCount: {
    type: 'number',
    about: 'Number of direct members. Counted only when the policy uses it.',
    read: ({ properties }) => properties.memberCount ?? undefined,
  },
};

export const groupSpace = spaceOf(groupAttributes);

export const readGroup = (group: GroupSnapshot): Read =>
  readerOf(groupAttributes, group, group.properties.extensions);
