import { describe, expect, it } from 'vitest';
import { classifyGroup, classifyUser, deviceKind } from '../../../shared/classify/index.ts';
import { GroupProperties, UserProperties } from '../../../shared/domain/index.ts';

const group = (over: object) =>
  classifyGroup(
    GroupProperties.parse({
      displayName: 'x',
      groupTypes: [],
      mailEnabled: false,
      securityEnabled: true,
      ...over,
    }),
  );
const user = (over: object) => classifyUser(UserProperties.parse({ userPrincipalName: 'a@b.c', ...over }));
const sid = 'S-1-5-21-1-2-3-1104';

describe('the kind of a group', () => {
  it.each([
    [['Unified'], true, false, 'microsoft365'],
    [['Unified'], true, true, 'microsoft365'],
    [[], false, true, 'security'],
    [[], true, true, 'mailEnabledSecurity'],
    [[], true, false, 'distributionList'],
    [[], false, false, 'unknown'],
  ])('groupTypes %j, mail %s, security %s is %s', (groupTypes, mailEnabled, securityEnabled, kind) => {
    expect(group({ groupTypes, mailEnabled, securityEnabled }).kind).toBe(kind);
  });

  it('says whether it is dynamic and role-assignable', () => {
    expect(group({ groupTypes: ['DynamicMembership'], isAssignableToRole: true })).toMatchObject({
      dynamic: true,
      roleAssignable: true,
    });
  });
});

describe('the source of a group', () => {
  it.each([
    [{}, 'cloud'],
    [{ onPremisesSyncEnabled: true, onPremisesSecurityIdentifier: sid }, 'onPremises'],
    [{ onPremisesSyncEnabled: true, onPremisesSecurityIdentifier: sid, isCloudManaged: true }, 'onPremises'],
    [{ onPremisesSecurityIdentifier: sid, isCloudManaged: true }, 'movedToCloud'],
    [{ onPremisesSecurityIdentifier: sid }, 'movedToCloud'],
    [{ onPremisesSecurityIdentifier: sid, isCloudManaged: false }, 'onPremises'],
    [{ isCloudManaged: true }, 'cloud'],
  ])('of %j is %s', (over, source) => {
    expect(group(over).source).toBe(source);
  });
});

describe('the kind of a user', () => {
  it('is guest or member', () => {
    expect(user({ userType: 'Guest' }).type).toBe('guest');
    expect(user({ userType: null }).type).toBe('member');
  });

  it('with an AD account but without synchronisation is mastered in the cloud', () => {
    expect(user({ onPremisesSecurityIdentifier: sid }).source).toBe('cloudWithAccount');
    expect(user({ onPremisesSyncEnabled: true, onPremisesSecurityIdentifier: sid }).source).toBe(
      'onPremises',
    );
  });
});

it('the kind of a device follows its trust type in any case', () => {
  expect(['Workplace', 'azuread', 'ServerAd', null, 'x'].map(deviceKind)).toEqual([
    'registered',
    'joined',
    'hybrid',
    'unknown',
    'unknown',
  ]);
});
