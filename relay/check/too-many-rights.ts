import { classOf } from '../plan/markers.ts';
import { acesForChild, decide } from '../prepare/security/access.ts';
import type { Dacl } from '../prepare/security/descriptor.ts';
import type { Context } from './context.ts';
import { type Effective, includesName } from './effective.ts';
import { type CheckLine, ok, warning } from './line.ts';
import type { Place } from './places.ts';

/** What the account may do in the container of a kind beyond what writing the relay's kinds needs. */
export function tooManyRights(
  { ids, token, settings }: Context,
  { kind, dn }: Place,
  effective: Effective,
  dacl: Dacl | undefined,
): readonly CheckLine[] {
  const wanted = settings.classes.map((one) => classOf[one]);
  const classes = effective.children.filter((name) => !includesName(wanted, name));
  const classGuid = ids.classOf(classOf[kind]);
  const writesAll =
    dacl !== undefined &&
    classGuid !== undefined &&
    decide(acesForChild(dacl, classGuid), token.sids, { right: 'WP', types: [] }) === 'allow';
  const found = [
    ...(classes.length === 0
      ? []
      : [`create ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ' and more' : ''}`]),
    ...(effective.attributes.length === 0
      ? []
      : [`change the container itself (${effective.attributes.length} attributes)`]),
    ...(effective.permissions ? ['change its permissions or its owner'] : []),
    ...(writesAll ? [`write every attribute of ${kind}s, of which writeback needs a part`] : []),
  ];
  if (found.length === 0)
    return [ok('too-many-rights', `In ${dn} the account may do nothing else to ${kind}s.`)];
  return [
    warning(
      'too-many-rights',
      `In ${dn} the account may also ${found.join('; ')}.`,
      `Remove the entries that entra-writeback prepare did not make: dsacls "${dn}"`,
    ),
  ];
}
