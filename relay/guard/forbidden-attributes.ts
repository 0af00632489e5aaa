import type { DesiredObject, ObjectKind } from '../../shared/domain/index.ts';

/** Attributes that the relay itself decides, or that AD does; nothing from the cloud may name them. */
const structural = [
  'objectClass',
  'objectCategory',
  'objectGUID',
  'objectSid',
  'sIDHistory',
  'cn',
  'name',
  'distinguishedName',
  'sAMAccountName',
  'sAMAccountType',
  'groupType',
  'member',
  'memberOf',
  'primaryGroupID',
  'userAccountControl',
  'adminDescription',
  'msDS-ExternalDirectoryObjectId',
  'adminCount',
  'isCriticalSystemObject',
  'systemFlags',
  'instanceType',
  'nTSecurityDescriptor',
  'unicodePwd',
  'userPassword',
  'dBCSPwd',
  'supplementalCredentials',
  'msDS-ManagedPassword',
  'msDS-GroupMSAMembership',
  'isDeleted',
  'isRecycled',
  'lastKnownParent',
  'securityIdentifier',
  'msDS-ObjectSoa',
  'msDS-Entry-Time-To-Die',
];

/**
 * Attributes by which somebody can log on as the object, act for others, or run code when it logs
 * on. relay.yaml may allow single ones (`allowAttributes`); the cloud cannot.
 */
const powerful = [
  'altSecurityIdentities',
  'msDS-KeyCredentialLink',
  'servicePrincipalName',
  'msDS-AllowedToDelegateTo',
  'msDS-AllowedToActOnBehalfOfOtherIdentity',
  'msDS-SupportedEncryptionTypes',
  'msDS-AuthNPolicyMember',
  'msDS-AssignedAuthNPolicy',
  'msDS-AssignedAuthNPolicySilo',
  'pwdLastSet',
  'lockoutTime',
  'logonWorkstation',
  'userWorkstations',
  'scriptPath',
  'profilePath',
  'msTSInitialProgram',
  'msTSWorkDirectory',
  'msTSProfilePath',
  'msTSHomeDirectory',
  'homeDirectory',
  'userParameters',
  'userCertificate',
  'unixUserPassword',
  'unixHomeDirectory',
  'loginShell',
  'uidNumber',
  'msDS-PrimaryComputer',
  'msExchMasterAccountSid',
  'publicDelegates',
];

/** What a device must carry (MS-ADSC §2.136): on a device it opens nothing. */
const ordinaryOn: Readonly<Record<ObjectKind, readonly string[]>> = {
  group: [],
  user: [],
  device: ['altSecurityIdentities'],
};

/** The attributes of a desired object that this relay does not write. */
export function forbiddenIn(desired: DesiredObject, allowed: readonly string[]): readonly string[] {
  const never = lowerCase(structural);
  const consent = lowerCase([...allowed, ...ordinaryOn[desired.kind]]);
  const dangerous = lowerCase(powerful);
  return desired.attributes
    .map(({ name }) => name)
    .filter((name) => {
      const key = name.toLowerCase();
      return never.has(key) || (dangerous.has(key) && !consent.has(key));
    });
}

const lowerCase = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.map((name) => name.toLowerCase()));
