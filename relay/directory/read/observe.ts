import type { Observation, ObservedObject } from '../../plan/observed.ts';
import type { Connection } from '../connection/connection.ts';
import type { RawEntry } from '../connection/entry.ts';
import type { ObserveRequest } from '../directory.ts';
import { sidDn } from '../names/alternative.ts';
import type { Forest } from '../schema/read-forest.ts';
import { equals } from './filters.ts';
import { findAll, findAt } from './find.ts';
import { findDeleted } from './find-deleted.ts';
import { findByIndex, indexedMarker, type Sought } from './find-marked.ts';
import { carriesMarker, concerns, isMarkedInFull } from './marker-of-entry.ts';
import { commonAttributes, observedObject } from './observed-object.ts';

/**
 * All that must be known of AD to plan one intent, in one round trip where the object is found by its indexed marker or
 * at its place, and in two where it has to be searched for. An object that another tool
 * marked in one place only has been searched for in the other place as well before it is adopted. Beside one that we marked,
 * a second one is seen when it has the indexed marker; others are for the sweep, which lists every marked object.
 * `containers` are ours, by their full names.
 */
export async function observe(
  connection: Connection,
  forest: Forest,
  request: ObserveRequest,
  containers: readonly string[],
  byScan: (sought: Sought) => Promise<readonly RawEntry[]>,
): Promise<Observation> {
  const { schema, facts } = forest;
  const reader = { connection, schema };
  const { object, targetDn, continues, samAccountName } = request;
  const attributes = [...new Set([...commonAttributes, ...request.attributes])];
  const nothing = Promise.resolve(undefined);
  const hasIndex = object.kind !== 'device' && schema.has(indexedMarker);

  const [byIndex, atTarget, continued, nameHolders] = await Promise.all([
    findByIndex(reader, facts.baseDn, object, attributes),
    targetDn === undefined ? nothing : findAt(reader, targetDn, attributes),
    continues === undefined ? nothing : findAt(reader, sidDn(continues), attributes),
    samAccountName === undefined
      ? []
      : findAll(reader, facts.baseDn, equals('sAMAccountName', samAccountName), attributes),
  ]);
  const seen = [...byIndex, atTarget, continued].filter(
    (entry): entry is RawEntry => entry !== undefined && concerns(entry, object),
  );
  const [elsewhere, deleted] =
    seen.length > 0 && (!hasIndex || seen.some((entry) => isMarkedInFull(entry, object)))
      ? [[], []]
      : await Promise.all([
          byScan({ object, attributes }),
          request.includeDeleted ? findDeleted(reader, forest, object, containers) : [],
        ]);

  const ours = elsewhere.filter((entry) => carriesMarker(entry, object));
  const marked = distinct([...seen, ...ours].map((entry) => observedObject(entry, schema)));
  const optional = (entry: RawEntry | undefined) =>
    entry === undefined ? undefined : observedObject(entry, schema);
  return {
    marked,
    deleted: marked.length === 0 ? deleted : [],
    continued: optional(continued),
    atTarget: optional(atTarget),
    nameHolder: optional(nameHolders[0]),
  };
}

function distinct(objects: readonly ObservedObject[]): readonly ObservedObject[] {
  return [...new Map(objects.map((object) => [object.guid, object])).values()];
}
