import type {
  DeviceProperties,
  EntraId,
  GroupProperties,
  LiveSnapshot,
  ReadOutcome,
  UserProperties,
  UserSnapshot,
} from '../../domain/index.ts';
import { type Answer, complete, failed } from '../failure.ts';
import { batchSize, type Part, type PartAnswers, sendBatch } from '../request/batch.ts';
import type { Requester } from '../request/requester.ts';
import type { ReadNeeds } from '../types.ts';
import { peopleIn, peopleOf } from './device.ts';
import {
  administrativeUnitsIn,
  behaviorIn,
  behaviorOf,
  ownersIn,
  ownersOf,
  parentsOf,
} from './group-extras.ts';
import { managerIn, managerOf, mayHaveManager } from './user.ts';

/** Batches that travel at the same time. */
const width = 4;

/**
 * Completes snapshots of a list by what costs a request of its own (owners, administrative units and
 * source of authority of groups, managers of users, people of devices), 20 such requests to a batch.
 * Absent from the answer is what Graph did not tell completely: the object has gone, it has more than a
 * page of something, or a part was refused. A failure is only a batch that failed as a whole.
 */
export async function completeSnapshots(
  requester: Requester,
  snapshots: readonly LiveSnapshot[],
  needs: ReadNeeds,
): Promise<ReadOutcome<ReadonlyMap<EntraId, LiveSnapshot>>> {
  const completions = snapshots.map((snapshot) => completionOf(snapshot, needs));
  const answers = await sendAll(
    requester,
    completions.flatMap(({ parts }) => parts),
  );
  if (answers.outcome === 'failed') return answers;
  const found = new Map<EntraId, LiveSnapshot>();
  let from = 0;
  for (const { parts, complete: completed } of completions) {
    const snapshot = completed(answers.value.slice(from, from + parts.length));
    from += parts.length;
    if (snapshot) found.set(snapshot.id, snapshot);
  }
  return complete(found);
}

async function sendAll(requester: Requester, parts: readonly Part[]): Promise<Answer<PartAnswers>> {
  const all: Answer<unknown>[] = [];
  for (let from = 0; from < parts.length; from += batchSize * width) {
    const wave = parts.slice(from, from + batchSize * width);
    const batches = Array.from({ length: Math.ceil(wave.length / batchSize) }, (_, index) =>
      sendBatch(requester, wave.slice(index * batchSize, (index + 1) * batchSize)),
    );
    for (const batch of await Promise.all(batches)) {
      if (batch.outcome === 'failed') return failed(batch.why);
      all.push(...batch.value);
    }
  }
  return complete(all);
}

/** What is asked for one object, and the object with the answers; undefined where one is missing. */
type Completion = {
  readonly parts: readonly Part[];
  readonly complete: (answers: PartAnswers) => LiveSnapshot | undefined;
};

/** One request for an object, and what of its properties the answer tells. */
type Extra<P> = {
  readonly part: Part;
  readonly read: (answer: Answer<unknown>) => Answer<Partial<P>>;
};

function completionOf(snapshot: LiveSnapshot, needs: ReadNeeds): Completion {
  switch (snapshot.kind) {
    case 'group':
      return completion(groupExtras(snapshot.id, needs), (found) => ({
        ...snapshot,
        properties: { ...snapshot.properties, ...found },
      }));
    case 'user':
      return completion(userExtras(snapshot, needs), (found) => ({
        ...snapshot,
        properties: { ...snapshot.properties, ...found },
      }));
    case 'device':
      return completion(deviceExtras(snapshot.id), (found) => ({
        ...snapshot,
        properties: { ...snapshot.properties, ...found },
      }));
  }
}

function completion<P>(extras: readonly Extra<P>[], add: (found: Partial<P>) => LiveSnapshot): Completion {
  return {
    parts: extras.map(({ part }) => part),
    complete(answers) {
      let found: Partial<P> = {};
      for (const [index, extra] of extras.entries()) {
        const answer = answers[index];
        const read = answer && extra.read(answer);
        if (read?.outcome !== 'complete') return undefined;
        found = { ...found, ...read.value };
      }
      return add(found);
    },
  };
}

function groupExtras(id: EntraId, needs: ReadNeeds): readonly Extra<GroupProperties>[] {
  const extras: Extra<GroupProperties>[] = [];
  if (needs.owners) extras.push({ part: ownersOf(id), read: told(ownersIn, (owners) => ({ owners })) });
  if (needs.administrativeUnits) {
    const read = told(administrativeUnitsIn, (administrativeUnits) => ({ administrativeUnits }));
    extras.push({ part: parentsOf(id), read });
  }
  if (needs.syncBehavior) {
    extras.push({ part: behaviorOf(id), read: told(behaviorIn, (isCloudManaged) => ({ isCloudManaged })) });
  }
  return extras;
}

const userExtras = (user: UserSnapshot, { manager }: ReadNeeds): readonly Extra<UserProperties>[] =>
  manager && mayHaveManager(user.properties)
    ? [{ part: managerOf(user.id), read: told(managerIn, (id) => ({ manager: id })) }]
    : [];

const deviceExtras = (id: EntraId): readonly Extra<DeviceProperties>[] => [
  {
    part: peopleOf(id, 'registeredOwners'),
    read: told(peopleIn, (registeredOwners) => ({ registeredOwners })),
  },
  { part: peopleOf(id, 'registeredUsers'), read: told(peopleIn, (registeredUsers) => ({ registeredUsers })) },
];

const told =
  <T, F>(valueIn: (answer: Answer<unknown>) => Answer<T>, field: (value: T) => F) =>
  (answer: Answer<unknown>): Answer<F> => {
    const read = valueIn(answer);
    return read.outcome === 'complete' ? complete(field(read.value)) : read;
  };
