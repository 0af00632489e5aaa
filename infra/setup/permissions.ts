/** What somebody may want beyond the ordinary, each with a permission of its own. */
export const features = [
  'sourceOfAuthority',
  'hiddenMembers',
  'administrativeUnits',
  'deletedDevices',
  'discover',
  'mail',
] as const;
export type Feature = (typeof features)[number];

/** An application permission of Microsoft Graph, and what it is for. */
export type Permission = {
  readonly name: string;
  /** Undefined: always needed. */
  readonly feature: Feature | undefined;
  readonly why: string;
  /** Smaller permissions that it makes superfluous (Microsoft Graph permissions reference). */
  readonly covers: readonly string[];
};

/**
 * The least set. Nothing here can write, but for two that Graph does not offer for reading alone; they are
 * optional, and marked in `why`. Directory.Read.All, which shows the whole directory, is for devices written back alone.
 */
export const permissions: readonly Permission[] = [
  {
    name: 'Group.Read.All',
    feature: undefined,
    why: 'read groups, their members and owners, their settings and their changes',
    covers: [
      'Group.ReadBasic.All',
      'GroupMember.Read.All',
      'GroupMember.ReadBasic.All',
      'GroupSettings.Read.All',
    ],
  },
  {
    name: 'User.Read.All',
    feature: undefined,
    why: 'read users: the SID of synchronised members, and everything of users that are written back',
    covers: ['User.ReadBasic.All'],
  },
  {
    name: 'Device.Read.All',
    feature: undefined,
    why: 'read devices, which are members of groups and may be written back',
    covers: [],
  },
  {
    name: 'Group-OnPremisesSyncBehavior.ReadWrite.All',
    feature: 'sourceOfAuthority',
    why: 'policy `sourceOfAuthority: read`: see whether the source of authority of a group was moved. Graph offers no permission that only reads this: it could also move it',
    covers: [],
  },
  {
    name: 'Member.Read.Hidden',
    feature: 'hiddenMembers',
    why: 'read the members of groups with hidden membership, which are not written otherwise',
    covers: [],
  },
  {
    name: 'AdministrativeUnit.Read.All',
    feature: 'administrativeUnits',
    why: 'policy rules that ask for administrative units',
    covers: [],
  },
  {
    name: 'Directory.Read.All',
    feature: 'deletedDevices',
    why: 'devices that are written back: make sure that a device was deleted, before its AD object is. Graph has no smaller permission for deleted devices; without it such AD objects stay',
    covers: [],
  },
  {
    name: 'Organization.Read.All',
    feature: 'discover',
    why: 'tell in `entra-writeback discover` which licences and domains the tenant has',
    covers: [],
  },
  {
    name: 'Mail.Send',
    feature: 'mail',
    why: 'send alerts by mail through Graph. It may send as every mailbox: limit it to one with RBAC for Applications in Exchange Online',
    covers: [],
  },
];

/** What is granted for the features that somebody wants. */
export const permissionsFor = (wanted: readonly Feature[]): readonly Permission[] =>
  permissions.filter(({ feature }) => feature === undefined || wanted.includes(feature));
