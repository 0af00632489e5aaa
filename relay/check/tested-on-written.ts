import { SubstringFilter } from 'ldapts';
import { Dn } from '../../shared/domain/index.ts';
import { allOf, isOfKind } from '../directory/read/filters.ts';
import type { Context } from './context.ts';
import { effectiveRights, includesName } from './effective.ts';
import { type CheckLine, error, ok } from './line.ts';
import type { Place } from './places.ts';
import { prepareCommandLine } from './remedies.ts';

/** Written by AD when an object is renamed; AD does not list them among those that may be written. */
const byRename = ['cn', 'name'];

const markerBeginnings = { group: 'Group_', user: 'User_', device: 'Device_' } as const;

/**
 * Asks AD about one object that writeback has written here already: the surest test, because it is about the object itself
 * and sees inheritance that somebody has broken. No line where there is no such object yet.
 */
export async function testedOnWritten(context: Context, { kind, dn }: Place): Promise<readonly CheckLine[]> {
  const { session, needs } = context;
  const isOurs = new SubstringFilter({ attribute: 'adminDescription', initial: markerBeginnings[kind] });
  const [written] = await session.connection.search({
    base: dn,
    scope: 'sub',
    filter: allOf([isOfKind(kind), isOurs]),
    attributes: ['1.1'],
    binary: [],
    sizeLimit: 1,
  });
  if (written === undefined) return [];
  const effective = await effectiveRights(session, Dn.parse(written.dn));
  if (effective === undefined) return [];
  const refused = needs[kind].attributes.filter(
    (name) => !byRename.includes(name) && !includesName(effective.attributes, name),
  );
  if (refused.length === 0)
    return [ok('rights-tested', `AD lets the account write every attribute of ${written.dn}.`)];
  return [
    error(
      'rights-tested',
      `AD does not let the account write ${refused.join(', ')} of ${written.dn}. Inheritance may be broken there, or the object is protected (adminCount 1).`,
      prepareCommandLine(context, kind, kind === 'device' ? {} : { ou: dn }),
    ),
  ];
}
