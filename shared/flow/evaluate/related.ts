import type { UserFacts } from '../../desired/index.ts';
import type { DeviceSnapshot, EntraId, ReadOutcome, Snapshot, UserSnapshot } from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { ObjectStates } from '../../state/index.ts';

export type RelatedDeps = {
  readonly graph: Pick<Graph, 'readMemberRecords'>;
  readonly states: Pick<ObjectStates, 'load'>;
};

/** An object with the people that it names as AD knows them, and those of them that are not in AD yet. */
export type Related = {
  readonly snapshot: Snapshot;
  readonly facts: UserFacts;
  readonly waitsFor: readonly EntraId[];
};

/** Looks up the manager of a user, and the owners and users of a device. Groups name nobody but members. */
export async function readRelated(snapshot: Snapshot, deps: RelatedDeps): Promise<ReadOutcome<Related>> {
  if (snapshot.presence !== 'deleted' && snapshot.kind === 'user') return managerOf(snapshot, deps);
  if (snapshot.presence !== 'deleted' && snapshot.kind === 'device') return peopleOf(snapshot, deps);
  return { outcome: 'complete', value: { snapshot, facts: {}, waitsFor: [] } };
}

/** A manager that is synchronised from AD is known by the SID, one of ours by the marker. */
async function managerOf(snapshot: UserSnapshot, deps: RelatedDeps): Promise<ReadOutcome<Related>> {
  const { manager } = snapshot.properties;
  if (manager === null) return { outcome: 'complete', value: { snapshot, facts: {}, waitsFor: [] } };
  const records = await deps.graph.readMemberRecords([manager]);
  if (records.outcome !== 'complete') return { outcome: 'failed', why: records.why };
  const sid = records.value.get(manager)?.onPremisesSecurityIdentifier ?? null;
  const facts: UserFacts = {
    manager:
      sid === null
        ? { by: 'marker', kind: 'user', id: manager }
        : { by: 'sid', sid, kind: 'user', id: manager },
  };
  const isThere = sid !== null || (await deps.states.load({ kind: 'user', id: manager })).written;
  return { outcome: 'complete', value: { snapshot, facts, waitsFor: isThere ? [] : [manager] } };
}

type People = DeviceSnapshot['properties']['registeredOwners'];

/** Graph knows no SID of the users that we wrote; the relay has told it. */
async function peopleOf(snapshot: DeviceSnapshot, deps: RelatedDeps): Promise<ReadOutcome<Related>> {
  const waitsFor = new Set<EntraId>();
  const withSids = async (people: People): Promise<People> =>
    people &&
    Promise.all(
      people.map(async (person) => {
        if (person.sid !== null) return person;
        const { written, sid } = await deps.states.load({ kind: 'user', id: person.id });
        if (written && sid !== undefined) return { ...person, sid };
        if (!written) waitsFor.add(person.id);
        return person;
      }),
    );
  const { registeredOwners, registeredUsers } = snapshot.properties;
  const properties = {
    ...snapshot.properties,
    registeredOwners: await withSids(registeredOwners),
    registeredUsers: await withSids(registeredUsers),
  };
  return {
    outcome: 'complete',
    value: { snapshot: { ...snapshot, properties }, facts: {}, waitsFor: [...waitsFor] },
  };
}
