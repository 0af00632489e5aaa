/** The template of directory-wide settings for Microsoft 365 groups. All values are texts, booleans included. */
export const groupUnifiedTemplate = {
  id: '62375ab9-6b52-47ed-826b-58e47e0e304b',
  displayName: 'Group.Unified',
  description: 'Settings for Microsoft 365 groups in the whole directory.',
  values: [
    { name: 'EnableMIPLabels', value: 'False' },
    { name: 'CustomBlockedWordsList', value: '' },
    { name: 'EnableMSStandardBlockedWords', value: 'False' },
    { name: 'ClassificationDescriptions', value: '' },
    { name: 'DefaultClassification', value: '' },
    { name: 'PrefixSuffixNamingRequirement', value: '' },
    { name: 'AllowGuestsToBeGroupOwner', value: 'False' },
    { name: 'AllowGuestsToAccessGroups', value: 'True' },
    { name: 'GuestUsageGuidelinesUrl', value: '' },
    { name: 'GroupCreationAllowedGroupId', value: '' },
    { name: 'AllowToAddGuests', value: 'True' },
    { name: 'UsageGuidelinesUrl', value: '' },
    { name: 'ClassificationList', value: '' },
    { name: 'EnableGroupCreation', value: 'True' },
    { name: 'NewUnifiedGroupWritebackDefault', value: 'True' },
  ],
} as const;
