import type { UserProperties } from '../domain/index.ts';

/**
 * Who masters a user. `cloudWithAccount`: mastered in the cloud, and AD has an account all the same:
 * Cloud Sync provisioned it there, or the source of authority was moved. Graph then carries
 * onPremises values while `onPremisesSyncEnabled` is null.
 */
export type UserSource = 'cloud' | 'cloudWithAccount' | 'onPremises';

export type UserClass = { readonly type: 'member' | 'guest'; readonly source: UserSource };

export const classifyUser = (
  user: Pick<UserProperties, 'userType' | 'onPremisesSyncEnabled' | 'onPremisesSecurityIdentifier'>,
): UserClass => ({
  type: user.userType?.toLowerCase() === 'guest' ? 'guest' : 'member',
  source: userSource(user),
});

function userSource(
  user: Pick<UserProperties, 'onPremisesSyncEnabled' | 'onPremisesSecurityIdentifier'>,
): UserSource {
  if (user.onPremisesSyncEnabled === true) return 'onPremises';
  return user.onPremisesSecurityIdentifier === null ? 'cloud' : 'cloudWithAccount';
}
