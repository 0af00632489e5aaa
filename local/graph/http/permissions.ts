import type { Caller, Method } from './exchange.ts';
import { accessDenied, forbidden, type GraphError } from './graph-error.ts';

type Rule = {
  readonly template: RegExp;
  /** Any of these application permissions is enough to read. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** The refusal, where it is not that of the directory. */
  readonly refusal?: () => GraphError;
};

const directoryRead = ['Directory.Read.All', 'Directory.ReadWrite.All'];
const groupRead = ['Group.Read.All', 'Group.ReadWrite.All', ...directoryRead];
const groupWrite = ['Group.ReadWrite.All', 'Directory.ReadWrite.All'];
const memberRead = ['GroupMember.Read.All', 'GroupMember.ReadWrite.All', ...groupRead];
const userRead = ['User.Read.All', 'User.ReadWrite.All', ...directoryRead];
const userWrite = ['User.ReadWrite.All', 'Directory.ReadWrite.All'];
const deviceRead = ['Device.Read.All', 'Device.ReadWrite.All', ...directoryRead];
const deviceWrite = ['Device.ReadWrite.All', 'Directory.ReadWrite.All'];
const unitRead = ['AdministrativeUnit.Read.All', 'AdministrativeUnit.ReadWrite.All', ...directoryRead];
const unitWrite = ['AdministrativeUnit.ReadWrite.All', 'Directory.ReadWrite.All'];
const settingRead = ['GroupSettings.Read.All', 'GroupSettings.ReadWrite.All', ...groupRead];
const settingWrite = ['GroupSettings.ReadWrite.All', 'Directory.ReadWrite.All'];
const either = (one: readonly string[], other: readonly string[]) => [...one, ...other];
const both = (permission: string): Pick<Rule, 'read' | 'write'> => ({
  read: [permission],
  write: [permission],
});

/**
 * The application permissions that Graph wants, by route; the first that matches decides, and routes without an entry
 * are open. Source: the permissions reference of Microsoft Graph. The source of authority has no read permission.
 */
const rules: readonly Rule[] = [
  {
    template: /^\/groups\/\{id\}\/onPremisesSyncBehavior/,
    ...both('Group-OnPremisesSyncBehavior.ReadWrite.All'),
  },
  {
    template: /^\/users\/\{id\}\/onPremisesSyncBehavior/,
    ...both('User-OnPremisesSyncBehavior.ReadWrite.All'),
  },
  { template: /^\/users\/\{id\}\/sendMail/, ...both('Mail.Send'), refusal: accessDenied },
  {
    template: /^\/groups\/\{id\}\/(members|transitiveMembers)/,
    read: ['GroupMember.ReadBasic.All', ...memberRead],
    write: ['GroupMember.ReadWrite.All', ...groupWrite],
  },
  { template: /^\/groups\/\{id\}\/owners/, read: memberRead, write: groupWrite },
  { template: /^\/groups(\/|$)/, read: ['Group.ReadBasic.All', ...memberRead], write: groupWrite },
  { template: /^\/users(\/|$)/, read: userRead, write: userWrite },
  { template: /^\/devices(\/|$)/, read: deviceRead, write: deviceWrite },
  { template: /^\/directoryObjects\/getByIds/, read: directoryRead, write: directoryRead },
  { template: /^\/(groupSettings|settings|groupSettingTemplates)/, read: settingRead, write: settingWrite },
  {
    template: /^\/directory\/deletedItems/,
    read: either(groupRead, either(userRead, deviceRead)),
    write: either(groupWrite, either(userWrite, deviceWrite)),
  },
  { template: /^\/(directory\/)?administrativeUnits/, read: unitRead, write: unitWrite },
  { template: /^\/subscriptions/, read: either(groupRead, userRead), write: either(groupRead, userRead) },
];

/** Whether the token may see more of such an object than its id and type. */
export const mayRead = ({ roles }: Caller, collection: string): boolean => {
  const rule = rules.find((each) => each.template.test(`/${collection}`));
  return roles === undefined || !rule || roles.some((role) => rule.read.includes(role));
};

/** @throws GraphError 403 when the token names its roles and none of them is enough for the route. */
export const checkPermission = ({ roles }: Caller, method: Method, template: string): void => {
  if (roles === undefined) return;
  const rule = rules.find((each) => each.template.test(template));
  if (!rule) return;
  const wanted = method === 'GET' ? rule.read : rule.write;
  if (!roles.some((role) => wanted.includes(role))) throw (rule.refusal ?? forbidden)();
};
