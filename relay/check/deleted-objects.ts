import type { ObjectKind } from '../../shared/domain/index.ts';
import { showDeleted } from '../directory/connection/controls.ts';
import { deletedObjectsOf } from '../directory/names/well-known.ts';
import { findAt } from '../directory/read/find.ts';
import { reanimateRight } from '../prepare/permissions.ts';
import { acesHere, decide } from '../prepare/security/access.ts';
import { readDacl } from '../prepare/session.ts';
import type { Context } from './context.ts';
import { type CheckLine, ok, warning } from './line.ts';
import type { Place } from './places.ts';
import { inOrder, prepareCommandLine } from './remedies.ts';

/** Whether a group or user that was deleted can come back with its SID. Devices have none. */
export async function checkDeletedObjects(
  context: Context,
  places: readonly Place[],
): Promise<readonly CheckLine[]> {
  const { session, settings, ids, token } = context;
  const kinds = settings.classes.filter((one) => one !== 'device');
  if (kinds.length === 0) return [];
  const dacl = await readDacl(session, session.facts.baseDn);
  const right = ids.right(reanimateRight);
  const mayRestore =
    dacl !== undefined &&
    dacl !== 'hidden' &&
    right !== undefined &&
    decide(acesHere(dacl), token.sids, { right: 'CR', types: [right] }) === 'allow';
  const mayList =
    (await findAt(session, deletedObjectsOf(session.facts.baseDn), ['cn'], [showDeleted()])) !== undefined;
  if (mayRestore && mayList)
    return [
      ok('deleted-objects', 'The account sees deleted objects and may bring them back with their SID.'),
    ];
  const lacking = [...(mayList ? [] : ['see deleted objects']), ...(mayRestore ? [] : ['bring them back'])];
  const again = (kind: ObjectKind): string => {
    const ous = places.filter((place) => place.kind === kind).map(({ dn }) => dn);
    return prepareCommandLine(context, kind, { ous, restoreDeleted: true });
  };
  const detail = `The account may not ${lacking.join(' nor ')}: a group that was deleted and returns gets a new SID, which no permission knows.`;
  return [warning('deleted-objects', detail, inOrder(...kinds.map(again)))];
}
