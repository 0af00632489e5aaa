import { classifyUser, deviceKind } from '../classify/index.ts';
import {
  type EntraId,
  type LeftOut,
  type MemberReasonCode,
  type MemberRecord,
  ObjectGuid,
  type ObjectKind,
  type Reference,
} from '../domain/index.ts';
import { readMember } from '../policy/attributes/member.ts';
import { compileCondition } from '../policy/condition/compile.ts';
import type { GroupSettings } from '../policy/settings/group.ts';

/**
 * How a member is written, or why not. `nested` says what else a nested group asks for: `expand`, its
 * members are to be written in its place; `write`, it is to be written itself first.
 */
export type MemberVerdict =
  | { readonly written: true; readonly reference: Reference }
  | { readonly written: false; readonly leftOut: LeftOut; readonly nested?: 'expand' | 'write' };

/** Whether AD has an object that we wrote for this one. */
export type IsWritten = (kind: ObjectKind, id: EntraId) => boolean;

/**
 * Decides over the members of one written group. What AD knows by a SID is referred to by it; what we
 * wrote by its marker; everything else is left out with its reason.
 */
export function memberJudge(
  settings: Pick<GroupSettings, 'members' | 'nesting'>,
  isWritten: IsWritten,
): (member: MemberRecord) => MemberVerdict {
  const passes = compileCondition(settings.members.filter);
  return (member) => {
    if (!passes(readMember(member)).passed) return leaveOut(member, 'FILTERED_BY_RULE');
    switch (member.type) {
      case 'user':
        return judgeUser(member, settings, isWritten);
      case 'group':
        return judgeGroup(member, settings, isWritten);
      case 'device':
        return judgeDevice(member, settings, isWritten);
      case 'servicePrincipal':
        return leaveOut(member, 'SERVICE_PRINCIPAL');
      case 'contact':
        return leaveOut(member, 'CONTACT');
      case 'unknown':
        return leaveOut(member, 'UNKNOWN_KIND');
    }
  };
}

type Judge = (
  member: MemberRecord,
  settings: Pick<GroupSettings, 'members' | 'nesting'>,
  isWritten: IsWritten,
) => MemberVerdict;

const judgeUser: Judge = (member, { members }, isWritten) => {
  const guest = classifyUser(member).type === 'guest';
  if (guest && !members.kinds.includes('guests')) return leaveOut(member, 'GUEST');
  const sid = member.onPremisesSecurityIdentifier;
  const kind = sid === null ? 'cloudUsers' : 'syncedUsers';
  if (!guest && !members.kinds.includes(kind)) return leaveOut(member, 'FILTERED_BY_RULE');
  if (sid !== null) return write({ by: 'sid', sid, id: member.id });
  if (!isWritten('user', member.id)) return leaveOut(member, 'CLOUD_ONLY_USER');
  return write({ by: 'marker', kind: 'user', id: member.id });
};

const judgeGroup: Judge = (member, { members, nesting }, isWritten) => {
  if (!members.kinds.includes('groups')) return leaveOut(member, 'FILTERED_BY_RULE');
  if (nesting === 'flatten') return leaveOut(member, 'GROUP_NOT_WRITTEN', 'expand');
  const sid = member.onPremisesSecurityIdentifier;
  if (sid !== null) return write({ by: 'sid', sid, kind: 'group', id: member.id });
  if (isWritten('group', member.id)) return write({ by: 'marker', kind: 'group', id: member.id });
  return leaveOut(member, 'GROUP_NOT_WRITTEN', nesting === 'closure' ? 'write' : undefined);
};

/** A hybrid-joined device is the computer whose objectGUID is the device id. */
const judgeDevice: Judge = (member, { members }, isWritten) => {
  if (!members.kinds.includes('devices')) return leaveOut(member, 'FILTERED_BY_RULE');
  const { deviceId, onPremisesSecurityIdentifier: sid } = member;
  if (deviceKind(member.trustType) === 'hybrid') {
    if (sid !== null) return write({ by: 'sid', sid, id: member.id });
    const guid = ObjectGuid.safeParse(deviceId);
    if (guid.success) return write({ by: 'computer', objectGuid: guid.data, id: member.id });
  }
  if (deviceId === null || !isWritten('device', member.id)) return leaveOut(member, 'DEVICE_NOT_WRITTEN');
  return write({ by: 'device', deviceId, id: member.id });
};

const write = (reference: Reference): MemberVerdict => ({ written: true, reference });

const leaveOut = (
  member: MemberRecord,
  reason: MemberReasonCode,
  nested?: 'expand' | 'write',
): MemberVerdict => ({
  written: false,
  leftOut: { id: member.id, reference: `${member.type}:${member.id}`, reason },
  ...(nested && { nested }),
});
