import { classifyUser, deviceKind } from '../../classify/index.ts';
import { type MemberRecord, MemberType } from '../../domain/index.ts';
import { type AttributeTable, type Read, readerOf, spaceOf } from './table.ts';

/** What a member filter can read of a member: what one read of the members gives. */
export const memberAttributes: AttributeTable<MemberRecord> = {
  id: { type: 'text', about: 'Object id in Entra.', read: (member) => member.id },
  displayName: { type: 'text', about: 'Name that people see.', read: (member) => member.displayName },
  type: {
    type: 'text',
    values: MemberType.options,
    about: 'What kind of object the member is.',
    read: (member) => member.type,
  },
  synced: {
    type: 'boolean',
    about: 'Whether the member is synchronised from AD.',
    read: (member) => member.onPremisesSyncEnabled === true,
  },
  enabled: {
    type: 'boolean',
    about: 'Users and devices: whether they may sign in.',
    read: (member) => member.accountEnabled,
  },
  guest: {
    type: 'boolean',
    about: 'Users: whether the member is a guest.',
    read: (member) => (member.type === 'user' ? classifyUser(member).type === 'guest' : null),
  },
  deviceKind: {
    type: 'text',
    values: ['registered', 'joined', 'hybrid', 'unknown'],
    about: 'Devices: how the device is known to Entra.',
    read: (member) => (member.type === 'device' ? deviceKind(member.trustType) : null),
  },
};

export const memberSpace = spaceOf(memberAttributes);

export const readMember = (member: MemberRecord): Read => readerOf(memberAttributes, member, {});
