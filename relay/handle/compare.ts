import type { Bus } from '../../shared/bus/index.ts';
import {
  type CompareRequest,
  type Comparison,
  type EntraId,
  type Intent,
  momentOf,
  type ObjectKind,
  parseMarker,
} from '../../shared/domain/index.ts';
import { isOutage } from '../availability.ts';
import { DirectoryError } from '../directory/errors/directory-error.ts';
import type { MarkedObject } from '../directory/read/observe-many.ts';
import { withDevicePlace } from '../plan/device-place.ts';
import { makePlan } from '../plan/make-plan.ts';
import { noMemberFacts } from '../plan/member-facts.ts';
import type { DirectoryFacts, ObservedObject, Resolved } from '../plan/observed.ts';
import { taskOf } from '../plan/task.ts';
import { TurnLostError } from './execute.ts';
import { placeOf, requestFor } from './gather.ts';
import type { Services, Turn } from './handle.ts';

type ObjectsRequest = Extract<CompareRequest, { ask: 'objects' }>;
type Differing = Extract<Comparison, { ask: 'objects' }>['differing'][number];

/** Ids in one answer: a message holds 256 KB. */
const idsPerAnswer = 4000;

/** How often a connection may break while one request is answered: then it may be the request that breaks it. */
const mostBreaks = 3;

/**
 * Answers what a sweep asks. Reads only. While AD is away it waits, as for an intent, and after a
 * broken connection it begins again; anything else that goes wrong is told in the answer, and the
 * next sweep asks again. Throws a TurnLostError where
 * the message must stay in the queue.
 */
export async function handleCompare(
  services: Services,
  request: CompareRequest,
  turn: Turn,
  send: Bus['send'],
  traceparent: string | undefined,
): Promise<void> {
  const answers = request.ask === 'objects' ? compareObjects : listMarked;
  for (let breaks = 0; ; breaks += 1) {
    await services.availability.whenUp();
    if (services.signal.aborted || !turn.stillOurs())
      throw new TurnLostError('The relay stops, or the session of this sweep is no longer ours.');
    try {
      for await (const body of answers(services, request))
        await send('outcomes', [{ body }], { traceparent });
      return;
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      const isBroken = error.kind === 'lost' && breaks < mostBreaks;
      if (isBroken || isOutage(error)) services.availability.lost(error);
      else return send('outcomes', [{ body: failedAnswer(services, request, error) }], { traceparent });
    }
  }
}

async function* compareObjects(
  { directory, now }: Pick<Services, 'directory' | 'now'>,
  request: CompareRequest,
): AsyncIterable<Comparison> {
  if (request.ask !== 'objects') return;
  const { sweepId, kind, objects } = request;
  const facts = await directory.facts();
  const asked = await withPlaces(
    objects.map((one) => writeOf(request, one)),
    directory,
    facts,
  );
  const attributes = asked.flatMap(({ intent, task }) => requestFor(intent, task, facts).attributes);
  const references = objects.flatMap(({ desired }) =>
    desired.attributes.flatMap(({ values }) =>
      values.flatMap((value) => (typeof value === 'object' && 'reference' in value ? [value.reference] : [])),
    ),
  );
  const ids = objects.map(({ desired }) => desired.id);
  const [found, resolved] = await Promise.all([
    directory.observeMany(kind, ids, [...new Set(attributes)]),
    references.length > 0 ? directory.resolve(references) : ([] as readonly Resolved[]),
  ]);
  const byId = Map.groupBy(found, ({ id }) => id);
  const at = momentOf(now());
  const differing = objects.flatMap(({ members }, index): readonly Differing[] => {
    const one = asked[index];
    if (!one) return [];
    const { intent } = one;
    const marked = byId.get(intent.object.id) ?? [];
    const wouldChange = (object: ObservedObject): boolean => {
      const observation = {
        marked: [object],
        deleted: [],
        continued: undefined,
        atTarget: undefined,
        nameHolder: undefined,
      };
      const input = { ...one, observation, references: resolved, members: noMemberFacts, facts, now: at };
      const planned = makePlan(input);
      return planned.refusal !== undefined || planned.plan.operations.length > 0;
    };
    return differenceOf(intent.object.id, marked, members, wouldChange);
  });
  yield { type: 'comparison', ask: 'objects', sweepId, kind, at, compared: objects.length, differing };
}

/** What is asked of each object, devices in the place where AD wants them; a place is read once. */
async function withPlaces(
  intents: readonly Intent[],
  directory: Services['directory'],
  facts: DirectoryFacts,
) {
  const places = new Map<string, ReturnType<typeof placeOf>>();
  return Promise.all(
    intents.map(async (intent) => {
      const task = taskOf(intent);
      const key = task.do === 'write' ? task.desired.container : '';
      const reading = places.get(key) ?? placeOf(directory, task, facts);
      places.set(key, reading);
      const place = await reading;
      return { intent, task: withDevicePlace(task, place), ...(place && { devicePlace: place }) };
    }),
  );
}

function differenceOf(
  id: EntraId,
  [first, second]: readonly MarkedObject[],
  expected: string | null,
  wouldChange: (object: ObservedObject) => boolean,
): readonly Differing[] {
  if (!first) return [{ id, differs: 'absent' }];
  if (second) return [{ id, differs: 'doubled' }];
  const members = first.members !== undefined && { members: first.members };
  if (wouldChange(first.object)) return [{ id, differs: 'object', ...members }];
  if (first.members !== undefined && first.members !== expected)
    return [{ id, differs: 'members', ...members }];
  return [];
}

/** The write that would bring an object to what is desired: its plan is empty where nothing differs. */
function writeOf(
  { kind, sweepId, askedAt }: ObjectsRequest,
  { desired }: ObjectsRequest['objects'][number],
): Extract<Intent, { type: 'write' }> {
  return {
    type: 'write',
    object: { kind, id: desired.id },
    intentId: sweepId,
    cause: 'request',
    reason: 'WRITE_ENABLED',
    rule: null,
    policyVersion: '',
    displayName: desired.commonName,
    times: { receivedAt: askedAt, decidedAt: askedAt },
    desired,
    membership: { kind: 'unchanged' },
  };
}

/** Every marker of the kind, in parts; an id that comes again is one that two objects carry. */
async function* listMarked(
  { directory, now }: Pick<Services, 'directory' | 'now'>,
  { kind, sweepId }: CompareRequest,
): AsyncIterable<Comparison> {
  const head = { type: 'comparison', ask: 'marked', sweepId, kind } as const;
  const seen = new Set<EntraId>();
  let ids: EntraId[] = [];
  let doubled: EntraId[] = [];
  for await (const page of directory.marked(kind)) {
    for (const id of page.flatMap((object) => markedIdOf(object, kind))) {
      if (seen.has(id)) doubled.push(id);
      else ids.push(id);
      seen.add(id);
    }
    if (ids.length + doubled.length < idsPerAnswer) continue;
    yield { ...head, at: momentOf(now()), ids, doubled, last: false };
    ids = [];
    doubled = [];
  }
  yield { ...head, at: momentOf(now()), ids, doubled, last: true };
}

function markedIdOf({ attributes }: ObservedObject, kind: ObjectKind): readonly EntraId[] {
  for (const name of ['adminDescription', 'msDS-ExternalDirectoryObjectId', 'msDS-CloudAnchor']) {
    const [value] = attributes[name] ?? [];
    if (value === undefined) continue;
    const text = typeof value === 'string' ? value : Buffer.from(value.base64, 'base64').toString('utf8');
    const marker = parseMarker(text);
    if (marker?.kind === kind) return [marker.id];
  }
  return [];
}

function failedAnswer({ now }: Services, request: CompareRequest, error: DirectoryError): Comparison {
  const { sweepId, kind } = request;
  const failure = { code: error.code, message: error.message };
  const head = { type: 'comparison', sweepId, kind, at: momentOf(now()), failure } as const;
  if (request.ask === 'objects') return { ...head, ask: 'objects', compared: 0, differing: [] };
  return { ...head, ask: 'marked', ids: [], doubled: [], last: true };
}
