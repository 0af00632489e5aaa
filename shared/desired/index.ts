/** (decision, snapshot) → desired AD object: names, attributes, members. Pure. */
export { cutDelta } from './cut-delta.ts';
export { cutMembership, type MembershipPart, partBytes } from './cut-membership.ts';
export { desiredObject } from './desired-object.ts';
export { desiredDevice } from './device.ts';
export { desiredGroup } from './group.ts';
export { groupNames, type Names } from './group-names.ts';
export { legalCommonName, legalSamAccountName } from './legal-names.ts';
export type { ExchangeFacts } from './mail.ts';
export { type IsWritten, type MemberVerdict, memberJudge } from './member.ts';
export { desiredUser, type UserFacts } from './user.ts';
export { userNames, userPrincipalName } from './user-names.ts';
