import { invalidRequest } from '../http/graph-error.ts';
import { isJsonObject } from '../http/parameter.ts';
import {
  type DirectoryObject,
  isDynamic,
  isExchangeMastered,
  isUnified,
  type Properties,
} from '../tenant/objects.ts';

const nicknameCharacters = /^[\x21\x23-\x27\x2a\x2b\x2d-\x39\x3d\x3f\x41-\x5a\x5e-\x7e]+$/;

/** @throws GraphError 400 for groups that Graph does not let anybody make. */
export const checkNewGroup = (group: Properties): void => {
  const { mailEnabled, securityEnabled, mailNickname, isAssignableToRole, visibility } = group;
  if (typeof mailNickname === 'string' && !nicknameCharacters.test(mailNickname)) {
    throw invalidRequest(`Invalid value specified for property 'mailNickname' of resource 'Group'.`);
  }
  if (isUnified(group)) {
    if (mailEnabled !== true)
      throw invalidRequest(`Property 'mailEnabled' must be true for a group with groupTypes 'Unified'.`);
  } else if (mailEnabled === true || securityEnabled !== true) {
    throw invalidRequest(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    );
  }
  checkRule(group);
  if (isAssignableToRole === true && (securityEnabled !== true || isDynamic(group))) {
    throw invalidRequest(
      'A role-assignable group must be security-enabled and must have assigned membership.',
    );
  }
  if (visibility === 'HiddenMembership' && !isUnified(group)) {
    throw invalidRequest(
      `Visibility 'HiddenMembership' is supported for groups with groupTypes 'Unified' only.`,
    );
  }
};

const checkRule = (group: Properties): void => {
  const hasRule = typeof group.membershipRule === 'string' && group.membershipRule !== '';
  if (isDynamic(group) && !(hasRule && typeof group.membershipRuleProcessingState === 'string')) {
    throw invalidRequest(
      `A dynamic group needs the properties 'membershipRule' and 'membershipRuleProcessingState'.`,
    );
  }
  if (!isDynamic(group) && hasRule)
    throw invalidRequest(`Property 'membershipRule' needs 'DynamicMembership' in groupTypes.`);
};

const groupTypesForWriteback = [
  'universalDistributionGroup',
  'universalSecurityGroup',
  'universalMailEnabledSecurityGroup',
];

/** @throws GraphError 400 for changes that Graph refuses on this group. */
export const checkGroupChange = (group: DirectoryObject, change: Properties): void => {
  if (isExchangeMastered(group.properties)) {
    throw invalidRequest('Cannot Update a mail-enabled security groups and or distribution list.');
  }
  if (change.visibility === 'HiddenMembership' && group.properties.visibility !== 'HiddenMembership') {
    throw invalidRequest(`Visibility 'HiddenMembership' can only be set when a group is created.`);
  }
  const configuration = change.writebackConfiguration;
  if (!isJsonObject(configuration)) return;
  const type = configuration.onPremisesGroupType;
  if (type !== null && type !== undefined && !groupTypesForWriteback.includes(String(type))) {
    throw invalidRequest(
      `Invalid value specified for property 'onPremisesGroupType': ${groupTypesForWriteback.join(', ')} are allowed.`,
    );
  }
  if (!isUnified(group.properties) && typeof type === 'string' && type !== 'universalSecurityGroup') {
    throw invalidRequest(
      `A security group can be written back as universalSecurityGroup only, not as ${type}.`,
    );
  }
};

/** A new M365 group gets an address and defaults that the caller did not give. */
export const mailDefaults = (group: Properties, domain: string): Properties =>
  isUnified(group)
    ? {
        mail: `${group.mailNickname}@${domain}`,
        proxyAddresses: [`SMTP:${group.mailNickname}@${domain}`],
        visibility: group.visibility ?? 'Public',
      }
    : {};
