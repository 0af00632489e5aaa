/** Generated from default-policy.yaml by docs/generate.ts; change that file. */
export const defaultPolicyText = `# The default policy: what holds where there is no policy file, and what a policy file leaves out.
# Guide: docs/policy.md. Editors complete and check this file with docs/reference/policy-schema.json.

# Microsoft 365 groups that nobody has configured follow the tenant setting
# NewUnifiedGroupWritebackDefault, which is on where it is absent. \`on\` and \`off\` overrule it.
tenantDefault: honour

# How to know groups whose source of authority was moved to the cloud. \`infer\`: a SID that stayed on a
# group that is not synchronised tells. \`read\`: ask Graph, which needs one more permission.
sourceOfAuthority: infer

# Facts of an Exchange organisation that Exchange's own cmdlets would look up. See docs/policy.md.
exchange:
  organization: null
  addressLists: []
  routingDomain: null

defaults:
  groups:
    writeback: asConfigured
    # Microsoft 365 groups become distribution groups and security groups security groups, unless
    # onPremisesGroupType of a Microsoft 365 group says otherwise.
    as: asConfigured
    scope: universal
    ou: OU=EntraWriteback
    name:
      # The name that Entra Connect and Cloud Sync give. For opaque names: Group_{id}
      commonName: "{Left(Trim(displayName),51)}_{Right(id,12)}"
      samAccountName: "{Left(Trim(displayName),51)}_{Right(id,12)}"
      samAccountNameLimit: 256
      collision: refuse
    deletion:
      # keep: the AD group stays as it is and is no longer updated.
      disabled: keep
      softDeleted: keep
      hardDeleted: delete
      outOfScope: keep
    nesting: mirror
    members:
      kinds: [syncedUsers, cloudUsers, groups, devices]
    limits:
      members: null
    mail: auto
    roleAssignable: allowed
    attributes: {}
    drift: overwrite
    severity: null
    lane: normal

  users:
    writeback: true
    guests: false
    ou: OU=Users,OU=EntraWriteback
    name:
      commonName: "{Left(Trim(displayName),51)}_{Right(id,12)}"
      samAccountName: '{Left(Item(Split(userPrincipalName,"@"),1),20)}'
      userPrincipalName: "{Coalesce(onPremisesUserPrincipalName,userPrincipalName)}"
      collision: refuse
    upnSuffixes: {}
    start: disabled
    smartcardRequired: false
    deletion:
      softDeleted: { mode: disable, quarantine: "OU=Quarantine,OU=EntraWriteback" }
      hardDeleted: delete
      outOfScope: { mode: disable, quarantine: "OU=Quarantine,OU=EntraWriteback" }
    mail: auto
    attributes: {}
    drift: overwrite
    severity: null
    lane: normal

  devices:
    writeback: true
    container: CN=RegisteredDevices
    staleAfterDays: null
    deletion:
      stale: disable
      softDeleted: disable
      hardDeleted: delete
      outOfScope: keep
    drift: overwrite
    severity: null
    lane: normal

# The first rule that matches decides; what it leaves out comes from the defaults.
groups:
  - rule: Microsoft 365 groups
    when: { attribute: kind, operator: equals, value: microsoft365 }
    # Written unless writeback is turned off on the group.
    writeback: asConfigured

  - rule: Security groups
    when: { attribute: kind, operator: equals, value: security }
    # Written only where writeback is turned on for the group.
    writeback: asConfigured

# Users and devices are written once a rule says so.
users: []
devices: []
`;
