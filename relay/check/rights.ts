import type { ObjectKind } from '../../shared/domain/index.ts';
import { classOf } from '../plan/markers.ts';
import { setPasswordRight } from '../prepare/permissions.ts';
import { unitClasses } from '../prepare/plan-containers.ts';
import { acesForChild, acesHere, decide } from '../prepare/security/access.ts';
import type { Dacl } from '../prepare/security/descriptor.ts';
import { readDacl } from '../prepare/session.ts';
import type { Context } from './context.ts';
import { type Effective, effectiveRights, includesName } from './effective.ts';
import { type CheckLine, error, ok, warning } from './line.ts';
import type { Place } from './places.ts';
import { prepareCommandLine } from './remedies.ts';
import { somebodyElse } from './somebody-else.ts';
import { testedOnWritten } from './tested-on-written.ts';
import { tooManyRights } from './too-many-rights.ts';

/** Whether the container of a kind is there, of the right class, and open to the account as far as needed and no further. */
export async function checkPlace(context: Context, place: Place): Promise<readonly CheckLine[]> {
  const { session } = context;
  const { kind, dn } = place;
  const [effective, dacl] = await Promise.all([effectiveRights(session, dn), readDacl(session, dn)]);
  if (effective === undefined) return [missing(context, place)];
  const fitting = kind === 'device' ? ['msDS-DeviceContainer'] : unitClasses;
  if (!fitting.some((name) => includesName(effective.objectClass, name))) {
    const detail = `${dn} is of class ${effective.objectClass.at(-1) ?? 'unknown'}; ${kind}s need ${fitting.join(' or ')}.`;
    return [error('container', detail, 'Name another container in relay.yaml and in the policy.')];
  }
  const readable = dacl === undefined || dacl === 'hidden' ? undefined : dacl;
  return [
    ok('container', `${dn} is there for ${kind}s.`),
    await given(context, place, effective, readable),
    ...(await testedOnWritten(context, place)),
    ...tooManyRights(context, place, effective, readable),
  ];
}

const missing = (context: Context, { kind, dn }: Place): CheckLine =>
  error(
    kind === 'device' ? 'device-container' : 'container',
    `${dn} is not there, or the account may not see it.`,
    prepareCommandLine(context, kind, kind === 'device' ? {} : { ou: dn }),
  );

async function given(
  context: Context,
  { kind, dn }: Place,
  effective: Effective,
  dacl: Dacl | undefined,
): Promise<CheckLine> {
  const canCreate = includesName(effective.children, classOf[kind]);
  const lacking = [
    ...(canCreate ? [] : [`create ${kind}s`]),
    ...(dacl === undefined ? [] : lackingBelow(context, kind, dacl)),
  ];
  const remedy = prepareCommandLine(context, kind, kind === 'device' ? {} : { ou: dn });
  if (lacking.length > 0) {
    const other = dacl === undefined ? '' : await somebodyElse(context, kind, dacl);
    return error('rights', `In ${dn} the account may not ${lacking.join(', ')}.${other}`, remedy);
  }
  if (dacl === undefined) {
    const detail = `In ${dn} the account may create ${kind}s; it may not read the permissions, so the rest is not known.`;
    return warning('rights', detail, remedy);
  }
  const count = context.needs[kind].attributes.length;
  return ok(
    'rights',
    `In ${dn} the account may create, delete and move ${kind}s and write all ${count} attributes.`,
  );
}

/** What a new object would get from above: the rights that AD does not compute for objects that are not there yet. */
function lackingBelow({ ids, token, needs }: Context, kind: ObjectKind, dacl: Dacl): readonly string[] {
  const classGuid = ids.classOf(classOf[kind]);
  if (classGuid === undefined) return [`find the class ${classOf[kind]} in the schema`];
  const mayDelete = decide(acesHere(dacl), token.sids, { right: 'DC', types: [classGuid] }) === 'allow';
  const below = acesForChild(dacl, classGuid);
  const unwritable = needs[kind].attributes.filter((name) => {
    const id = ids.attribute(name);
    if (id === undefined) return false;
    const types = id.propertySet === undefined ? [id.guid] : [id.guid, id.propertySet];
    return decide(below, token.sids, { right: 'WP', types }) !== 'allow';
  });
  const password = kind === 'user' ? ids.right(setPasswordRight) : undefined;
  const maySetPassword =
    password === undefined || decide(below, token.sids, { right: 'CR', types: [password] }) === 'allow';
  return [
    ...(mayDelete ? [] : [`delete ${kind}s`]),
    ...(unwritable.length === 0 ? [] : [`write ${unwritable.join(', ')} of ${kind}s`]),
    ...(maySetPassword ? [] : ['set a first password']),
  ];
}
