import type { Dn } from '../../shared/domain/index.ts';
import { parentOf, sameDn } from '../plan/dn.ts';
import { classOf } from '../plan/markers.ts';
import { unitClasses } from '../prepare/plan-containers.ts';
import type { Dacl } from '../prepare/security/descriptor.ts';
import { readDacl } from '../prepare/session.ts';
import type { Context } from './context.ts';
import { type Effective, effectiveRights, includesName } from './effective.ts';
import { lackingIn, sentenceOn } from './lacking.ts';
import { type CheckLine, error, ok, warning } from './line.ts';
import type { Place } from './places.ts';
import { inOrder, listEntries, prepareCommandLine } from './remedies.ts';
import { somebodyElse } from './somebody-else.ts';
import { testedOnWritten } from './tested-on-written.ts';
import { tooManyRights } from './too-many-rights.ts';

/** Whether the container of a kind is there, of the right class, and open to the account as far as needed and no further. */
export async function checkPlace(context: Context, place: Place): Promise<readonly CheckLine[]> {
  const { session } = context;
  const { kind, dn } = place;
  const [effective, dacl] = await Promise.all([effectiveRights(session, dn), readDacl(session, dn)]);
  if (meantForDevices(context, place, effective)) return [];
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
    ...(await tooManyRights(context, place, effective, readable)),
  ];
}

/** Without a policy every container of relay.yaml is a place for groups and users, but not the one for devices. */
function meantForDevices(
  { policy, settings, session }: Context,
  { kind, dn }: Place,
  effective: Effective | undefined,
): boolean {
  if (kind === 'device' || policy !== undefined || !settings.classes.includes('device')) return false;
  if (effective !== undefined) return includesName(effective.objectClass, 'msDS-DeviceContainer');
  const parent = parentOf(dn);
  return /^cn=/i.test(dn) && parent !== undefined && sameDn(parent, session.facts.baseDn);
}

const missing = (context: Context, { kind, dn }: Place): CheckLine =>
  error(
    kind === 'device' ? 'device-container' : 'container',
    `${dn} is not there, or the account may not see it.`,
    prepareCommandLine(context, kind, kind === 'device' ? {} : { ous: [dn] }),
  );

async function given(
  context: Context,
  { kind, dn }: Place,
  effective: Effective,
  dacl: Dacl | undefined,
): Promise<CheckLine> {
  const canCreate = includesName(effective.children, classOf[kind]);
  const prepare = prepareCommandLine(context, kind, kind === 'device' ? {} : { ous: [dn] });
  if (dacl === undefined) return unknown(kind, dn, canCreate, prepare);
  const lacking = lackingIn(context, kind, dacl, canCreate);
  if (lacking.length === 0) {
    const count = context.needs[kind].attributes.length;
    const detail = `In ${dn} the account may create, delete and move ${kind}s and write all ${count} attributes.`;
    return ok('rights', detail);
  }
  const denying = lacking.flatMap((one) => one.denying);
  const detail = `In ${dn} the account may not ${lacking.map(({ to }) => to).join(', ')}.`;
  const more = [await sentenceOn(context.session, denying), await somebodyElse(context, kind, dacl)].join('');
  const absent = lacking.some((one) => one.denying.length === 0);
  const remedy = inOrder(...(absent ? [prepare] : []), ...(denying.length > 0 ? [listEntries(dn)] : []));
  return error('rights', `${detail}${more}`, remedy);
}

const unknown = (kind: Place['kind'], dn: Dn, canCreate: boolean, remedy: string): CheckLine =>
  canCreate
    ? warning(
        'rights',
        `In ${dn} the account may create ${kind}s; it may not read the permissions, so the rest is not known.`,
        remedy,
      )
    : error('rights', `In ${dn} the account may not create ${kind}s.`, remedy);
