import { classOf } from '../plan/markers.ts';
import type { Dacl } from '../prepare/security/descriptor.ts';
import { beyondBelow } from './beyond.ts';
import type { Context } from './context.ts';
import { type Effective, includesName } from './effective.ts';
import { type CheckLine, ok, warning } from './line.ts';
import type { Place } from './places.ts';
import { inOrder, listEntries } from './remedies.ts';

/** What the account may do in the container of a kind beyond what writing the relay's kinds needs. */
export async function tooManyRights(
  context: Context,
  { kind, dn }: Place,
  effective: Effective,
  dacl: Dacl | undefined,
): Promise<readonly CheckLine[]> {
  const wanted = context.settings.classes.map((one) => classOf[one]);
  const classes = effective.children.filter((name) => !includesName(wanted, name));
  const found = [
    ...(classes.length === 0
      ? []
      : [`create ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ' and more' : ''}`]),
    ...(effective.attributes.length === 0
      ? []
      : [`change the container itself (${effective.attributes.length} attributes)`]),
    ...(effective.permissions ? ['change its permissions or its owner'] : []),
    ...(dacl === undefined ? [] : await beyondBelow(context, dacl)),
  ];
  if (found.length === 0)
    return [ok('too-many-rights', `In ${dn} the account may do nothing else to ${kind}s.`)];
  return [
    warning(
      'too-many-rights',
      `In ${dn} the account may also ${found.join('; ')}.`,
      inOrder(
        'Remove the entries that give it; what is needed entra-writeback prepare gives again:',
        listEntries(dn),
      ),
    ),
  ];
}
