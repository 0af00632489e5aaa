import type { EntraId, MemberRecord, MemberType, ReadOutcome } from '../../domain/index.ts';
import { type Answer, complete, failed } from '../failure.ts';
import { batchSize, type Part, type PartAnswers, sendBatch } from '../request/batch.ts';
import { isNotFound } from '../request/failure-of.ts';
import type { Requester } from '../request/requester.ts';
import { DeletedMember, deletedSelection, memberSchema, memberSelections } from '../schema/member.ts';
import { understand } from '../schema/understand.ts';
import type { MemberCache } from './member-cache.ts';
import { query } from './query.ts';

/** Where an id is looked for. One request for any kind would need Directory.Read.All. */
type Place = 'user' | 'group' | 'device' | 'recycleBin';

const places: Readonly<Record<Place, (id: EntraId) => Part>> = {
  user: (id) => ({ path: query(`/users/${id}`, memberSelections.user), permission: 'User.Read.All' }),
  group: (id) => ({ path: query(`/groups/${id}`, memberSelections.group), permission: 'Group.Read.All' }),
  device: (id) => ({ path: query(`/devices/${id}`, memberSelections.device), permission: 'Device.Read.All' }),
  recycleBin: (id) => ({
    path: query(`/directory/deletedItems/${id}`, deletedSelection),
    permission: 'Directory.Read.All',
  }),
};

/** Batches that travel at the same time. */
const width = 4;

type Search = { readonly id: EntraId; readonly places: readonly Place[] };

/**
 * Reads single members: where their kind is known, there; else among users, groups and devices. One
 * that is in none of them is looked for in the recycle bin, for a member that was removed because it
 * was deleted. Ids that are nowhere are absent from the answer.
 */
export async function readMemberRecords(
  requester: Requester,
  cache: MemberCache,
  ids: readonly EntraId[],
): Promise<ReadOutcome<ReadonlyMap<EntraId, MemberRecord>>> {
  const found = new Map<EntraId, MemberRecord>();
  let open: readonly Search[] = [...new Set(ids)].flatMap((id) => {
    const known = cache.record(id) ?? withoutReading(id, cache.typeOf(id));
    if (known) found.set(id, known);
    return known ? [] : [{ id, places: placesOf(cache.typeOf(id)) }];
  });
  while (open.length > 0) {
    const wave = open.slice(0, batchSize * width);
    const round = await searchAll(requester, wave);
    if (round.outcome === 'failed') return round;
    for (const record of round.value.found) {
      found.set(record.id, record);
      cache.keep(record);
      cache.learn(record.id, record.type);
    }
    open = [...round.value.goOn, ...open.slice(wave.length)];
  }
  return complete(found);
}

/** What Graph need not be asked for: such members cannot be in AD whatever else they are. */
function withoutReading(id: EntraId, type: MemberType | undefined): MemberRecord | undefined {
  if (type !== 'servicePrincipal' && type !== 'contact') return undefined;
  return {
    id,
    type,
    onPremisesSecurityIdentifier: null,
    onPremisesSyncEnabled: null,
    userType: null,
    accountEnabled: null,
    deviceId: null,
    trustType: null,
    groupTypes: [],
    securityEnabled: null,
    mailEnabled: null,
    displayName: null,
  };
}

const placesOf = (type: MemberType | undefined): readonly Place[] =>
  type === 'user' || type === 'group' || type === 'device'
    ? [type, 'recycleBin']
    : ['user', 'group', 'device', 'recycleBin'];

type Round = { readonly found: readonly MemberRecord[]; readonly goOn: readonly Search[] };

/** Asks for each search in its first place. */
async function searchAll(requester: Requester, searches: readonly Search[]): Promise<Answer<Round>> {
  const slices = Array.from({ length: Math.ceil(searches.length / batchSize) }, (_, index) =>
    searches.slice(index * batchSize, (index + 1) * batchSize),
  );
  const answers = await Promise.all(slices.map((slice) => sendBatch(requester, slice.map(partOf))));
  const found: MemberRecord[] = [];
  const goOn: Search[] = [];
  for (const [index, slice] of slices.entries()) {
    const batch = answers[index];
    if (batch?.outcome !== 'complete') return batch ?? complete({ found, goOn });
    for (const [position, search] of slice.entries()) {
      const result = judge(search, batch.value[position]);
      if (result.outcome === 'failed') return result;
      if (result.value) found.push(result.value);
      else if (search.places.length > 1) goOn.push({ ...search, places: search.places.slice(1) });
    }
  }
  return complete({ found, goOn });
}

const partOf = ({ id, places: [place = 'recycleBin'] }: Search): Part => places[place](id);

/** The record that an answer holds; undefined where the object is not in this place. */
function judge({ id, places: [place = 'recycleBin'] }: Search, answer: PartAnswers[number] | undefined) {
  if (answer?.outcome === 'complete') {
    const schema = place === 'recycleBin' ? DeletedMember : memberSchema(place);
    return understand<MemberRecord | undefined>(schema, answer.value, places[place](id).path);
  }
  if (!answer || isNotFound(answer.why)) return complete(undefined);
  // Not every app may look into the recycle bin for every kind; then a complete read of the group tells.
  const mayNotLook = place === 'recycleBin' && (answer.why.status === 403 || answer.why.status === 400);
  return mayNotLook ? complete(undefined) : failed(answer.why);
}
