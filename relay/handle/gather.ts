import type { Dn, Intent, Moment, Reference } from '../../shared/domain/index.ts';
import type { Directory, ObserveRequest } from '../directory/directory.ts';
import { type DevicePlace, devicePlace, insistedOn, withDevicePlace } from '../plan/device-place.ts';
import {
  concernsMember,
  type MemberFacts,
  needsLookup,
  noMemberFacts,
  referencesOf,
} from '../plan/member-facts.ts';
import type { DirectoryFacts, Observation, ObservedMember, Resolved } from '../plan/observed.ts';
import { desiredDn, standsAt } from '../plan/place.ts';
import { wantedQuarantine } from '../plan/plan-removal.ts';
import type { PlanInput } from '../plan/planned.ts';
import { valuesToCheck } from '../plan/taken.ts';
import { type Task, taskOf, type WriteTask } from '../plan/task.ts';

/** Read of every object, whatever the intent: they decide about type, account state and ways of ending. */
const always = ['groupType', 'userAccountControl', 'pwdLastSet', 'msDS-IsEnabled'];

/** Reads from AD all that one plan is made of. Throws a DirectoryError; never answers half. */
export async function gather(directory: Directory, intent: Intent, now: Moment): Promise<PlanInput> {
  const asked = taskOf(intent);
  const facts = await directory.facts();
  const place = await placeOf(directory, asked, facts);
  const task = withDevicePlace(asked, place);
  const [observed, resolved] = await Promise.all([
    directory.observe(requestFor(intent, task, facts)),
    resolve(directory, task, intent, facts),
  ]);
  const observation = await withQuarantine(directory, task, observed, facts);
  const members = await gatherMembers(directory, task, intent, observation, resolved.members);
  const taken = await gatherTaken(directory, task, observation, facts);
  const { references } = resolved;
  return {
    ...{ intent, task, observation, references, members, ...taken, facts, now },
    ...(place && { devicePlace: place }),
  };
}

/** Where AD wants a device that is to be written; undefined for everything else. */
export async function placeOf(
  directory: Pick<Directory, 'deviceRegistration'>,
  task: Task,
  facts: DirectoryFacts,
): Promise<DevicePlace | undefined> {
  if (task.do !== 'write' || task.desired.kind !== 'device') return undefined;
  const insisted = insistedOn(task.desired.container, facts.baseDn);
  const registration = await directory.deviceRegistration(insisted);
  return devicePlace(registration, insisted === undefined ? 'forest' : 'policy', facts);
}

/** Who stands in quarantine where the object should go, whose name is known only when it was found. */
async function withQuarantine(
  directory: Directory,
  task: Task,
  observation: Observation,
  facts: DirectoryFacts,
): Promise<Observation> {
  const [object] = observation.marked;
  const place = task.do === 'remove' && object ? wantedQuarantine(task, object, facts) : undefined;
  if (object === undefined || place === undefined || standsAt(object, place)) return observation;
  return { ...observation, atTarget: await directory.read(place, []) };
}

/** Who in the forest has what the object is to get, where only one may have it. */
async function gatherTaken(
  directory: Directory,
  task: Task,
  { marked, continued }: Observation,
  facts: DirectoryFacts,
) {
  if (task.do !== 'write') return undefined;
  const values = valuesToCheck(task.desired, marked[0] ?? continued, facts);
  return values && { taken: await directory.findTaken(values) };
}

/** How many members a group has now. */
export async function countMembers(directory: Directory, group: Dn): Promise<number> {
  let count = 0;
  for await (const slice of directory.members(group)) count += slice.length;
  return count;
}

/** What to look for in AD. */
export function requestFor({ object }: Intent, task: Task, facts: DirectoryFacts): ObserveRequest {
  const common = always.filter(facts.hasAttribute);
  if (task.do !== 'write') {
    const nothingElse = { targetDn: undefined, samAccountName: undefined, continues: undefined };
    return { object, attributes: common, ...nothingElse, includeDeleted: task.do === 'look' };
  }
  const { desired } = task;
  const named = desired.attributes.map(({ name }) => name).filter(facts.hasAttribute);
  const account = desired.kind === 'device' ? undefined : desired;
  return {
    object,
    attributes: [...new Set([...common, ...named])],
    targetDn: desiredDn(desired, facts.baseDn),
    samAccountName: account?.samAccountName,
    continues: account?.continues,
    includeDeleted: true,
  };
}

/** An inspection of a few members looks at each, so that its plan names only those that would change. */
const mostLookedUp = 100;

async function resolve(directory: Directory, task: Task, { type }: Intent, { domainSid }: DirectoryFacts) {
  if (task.do !== 'write') return { references: [], members: [] };
  const inAttributes = task.desired.attributes.flatMap(({ values }) =>
    values.flatMap((value) => (typeof value === 'object' && 'reference' in value ? [value.reference] : [])),
  );
  const listed = referencesOf(task.membership);
  const lookAtAll = type === 'inspect' && task.membership.kind === 'delta' && listed.length <= mostLookedUp;
  const members = lookAtAll ? listed : listed.filter((one) => needsLookup(one, domainSid));
  const [references, found] = await Promise.all([
    resolveSome(directory, inAttributes),
    resolveSome(directory, members),
  ]);
  return { references, members: found };
}

const resolveSome = async (
  directory: Directory,
  references: readonly Reference[],
): Promise<readonly Resolved[]> => (references.length === 0 ? [] : directory.resolve(references));

async function gatherMembers(
  directory: Directory,
  task: Task,
  intent: Intent,
  observation: Observation,
  resolved: readonly Resolved[],
): Promise<MemberFacts> {
  const group = observation.marked.length === 1 ? observation.marked[0] : observation.continued;
  const facts = { ...noMemberFacts, resolved };
  if (!group || intent.object.kind !== 'group') return facts;
  if (task.do === 'write') return writtenMembers(directory, task, group.dn, facts);
  // A stripped group loses all its members, and a deleted one takes its members to the inverse plan.
  if (task.do !== 'remove' || (task.mode !== 'strip' && task.mode !== 'delete')) return facts;
  return { ...facts, ...(await readMembers(directory, group.dn, () => true)) };
}

async function writtenMembers(
  directory: Directory,
  { membership }: WriteTask,
  group: Dn,
  facts: MemberFacts,
): Promise<MemberFacts> {
  if (membership.kind === 'unchanged') return facts;
  if (membership.kind === 'delta') {
    if (facts.resolved.length === 0) return facts;
    return { ...facts, present: await directory.memberStates(group, facts.resolved) };
  }
  const listed = new Set(facts.resolved.flatMap((one) => (one.found ? [one.guid] : [])));
  const concerns = (member: ObservedMember): boolean => concernsMember(membership, listed, member);
  return { ...facts, ...(await readMembers(directory, group, concerns)) };
}

async function readMembers(directory: Directory, group: Dn, wanted: (member: ObservedMember) => boolean) {
  const current: ObservedMember[] = [];
  let size = 0;
  for await (const slice of directory.members(group)) {
    size += slice.length;
    for (const member of slice) if (wanted(member)) current.push(member);
  }
  return { current, size };
}
