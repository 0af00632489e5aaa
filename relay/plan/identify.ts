import type { ObjectRef, Sid } from '../../shared/domain/index.ts';
import { carriesMarker, classOf, foreignMarker, hasClassOf } from './markers.ts';
import type { DeletedObject, Observation, ObservedObject } from './observed.ts';

/** Which AD object a plan is about. */
export type Identity =
  | { readonly is: 'present'; readonly object: ObservedObject }
  /** The original of an object whose source of authority moved to the cloud; it has no marker yet. */
  | { readonly is: 'continued'; readonly object: ObservedObject }
  | { readonly is: 'deleted'; readonly object: DeletedObject }
  | { readonly is: 'absent' }
  | { readonly is: 'conflict'; readonly code: ConflictCode; readonly message: string };

export type ConflictCode = 'MARKER_CONFLICT' | 'ORIGINAL_NOT_FOUND';

/**
 * Finds the one object that an intent is about, or the conflict that forbids to touch any. An object
 * is ours by its marker alone; the one exception is an original named by its SID (`continues`),
 * which may be marked where nobody else has marked it.
 */
export function identify(ref: ObjectRef, continues: Sid | undefined, observation: Observation): Identity {
  const { marked, deleted, continued } = observation;
  const [object, another] = marked;
  if (object && another) {
    const names = marked.map(({ dn }) => dn).join(' and ');
    return conflict(`The marker stands on ${marked.length} objects: ${names}.`);
  }
  if (object) return checkMarked(ref, object, continues);
  if (continues) return checkContinued(ref, continues, continued);
  // A device has no SID: nothing refers to the deleted object, and its tombstone lost what AD demands of a device.
  const newest = deleted.find(({ sid }) => sid !== undefined);
  return newest ? { is: 'deleted', object: newest } : { is: 'absent' };
}

function checkMarked(ref: ObjectRef, object: ObservedObject, continues: Sid | undefined): Identity {
  if (!hasClassOf(object, ref.kind)) return conflict(wrongClass(object, ref));
  const foreign = foreignMarker(object, ref);
  if (foreign) return conflict(`${object.dn} also carries the marker ${foreign}.`);
  if (continues && object.sid !== continues)
    return conflict(`The marker stands on ${object.dn}, but the object continues ${continues}, another one.`);
  return { is: 'present', object };
}

function checkContinued(ref: ObjectRef, sid: Sid, object: ObservedObject | undefined): Identity {
  if (!object)
    return conflict(`The object continues ${sid}, which this domain does not have.`, 'ORIGINAL_NOT_FOUND');
  if (!hasClassOf(object, ref.kind)) return conflict(wrongClass(object, ref));
  const foreign = foreignMarker(object, ref);
  if (foreign) return conflict(`${object.dn} belongs to another cloud object: it carries ${foreign}.`);
  return { is: carriesMarker(object, ref) ? 'present' : 'continued', object };
}

const conflict = (message: string, code: ConflictCode = 'MARKER_CONFLICT'): Identity => ({
  is: 'conflict',
  code,
  message,
});

const wrongClass = (object: ObservedObject, ref: ObjectRef): string =>
  `${object.dn} is of class ${object.objectClass.at(-1) ?? 'unknown'}, not ${classOf[ref.kind]}.`;
