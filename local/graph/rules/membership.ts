import type { GraphRequest, World } from '../http/exchange.ts';
import { invalidRequest, notFound } from '../http/graph-error.ts';
import {
  type DirectoryObject,
  isDynamic,
  isExchangeMastered,
  isUnified,
  type LinkName,
} from '../tenant/objects.ts';
import { includesId } from '../tenant/sorted-ids.ts';
import { isSynchronization, refuseSynced } from './writing.ts';

const memberKinds = ['user', 'group', 'device', 'servicePrincipal', 'orgContact'];

/** @throws GraphError 400 when nobody may change the members of this group by hand. */
export const checkMembersWritable = (request: GraphRequest, group: DirectoryObject): void => {
  if (isSynchronization(request)) return;
  refuseSynced(request, group);
  if (isExchangeMastered(group.properties)) {
    throw invalidRequest('Cannot Update a mail-enabled security groups and or distribution list.');
  }
  if (isDynamic(group.properties)) {
    throw invalidRequest(
      'Updates to the membership of a group with dynamic membership are not allowed: its rule decides.',
    );
  }
};

/** What a group of this kind cannot have as a member, as a reason; undefined when it can. */
const refusal = (group: DirectoryObject, member: DirectoryObject): string | undefined => {
  if (group.id === member.id) return 'A group cannot be a member of itself.';
  if (!memberKinds.includes(member.kind))
    return `An object of type ${member.kind} cannot be a member of a group.`;
  if (member.kind !== 'group') {
    return isUnified(group.properties) && member.kind !== 'user'
      ? 'A Microsoft 365 group can have users as members only.'
      : undefined;
  }
  if (isUnified(group.properties)) return 'A Microsoft 365 group cannot have groups as members.';
  if (isUnified(member.properties)) return 'A Microsoft 365 group cannot be a member of a security group.';
  if (group.properties.isAssignableToRole === true)
    return 'A role-assignable group cannot have groups as members.';
  return undefined;
};

/**
 * The objects that a request wants to add.
 * @throws GraphError 404 for unknown objects, 400 for those that the group cannot have.
 */
export const checkedMembers = (
  { tenant }: World,
  group: DirectoryObject,
  ids: readonly string[],
): readonly string[] => {
  for (const id of ids) {
    const member = tenant.find(id);
    if (!member) throw notFound(id);
    const reason = refusal(group, member);
    if (reason) throw invalidRequest(reason);
  }
  return ids;
};

/** The most references that one PATCH or POST may bind. */
export const bindLimit = 20;

/** @throws GraphError 400 for more than {@link bindLimit} references, and for those that exist or come twice. */
export const checkNewReferences = (
  { tenant }: World,
  link: LinkName,
  from: string,
  ids: readonly string[],
): void => {
  if (ids.length > bindLimit) {
    throw invalidRequest(
      `The request adds ${ids.length} references to '${link}'; at most ${bindLimit} are allowed in one request.`,
    );
  }
  const existing = tenant.store.links.of(link, from);
  if (new Set(ids).size < ids.length || ids.some((id) => includesId(existing, id))) {
    throw invalidRequest(
      `One or more added object references already exist for the following modified properties: '${link}'.`,
    );
  }
};
