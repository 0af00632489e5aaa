import { SubstringFilter } from 'ldapts';
import { Dn } from '../../shared/domain/index.ts';
import { textOf } from '../directory/connection/entry.ts';
import { allOf, isOfKind } from '../directory/read/filters.ts';
import { findAt } from '../directory/read/find.ts';
import { inPowerShell } from '../prepare/quote.ts';
import { isProtected } from '../prepare/security/descriptor.ts';
import { readDacl } from '../prepare/session.ts';
import type { Context } from './context.ts';
import { effectiveRights, includesName } from './effective.ts';
import { denyingOn, sentenceOn } from './lacking.ts';
import { type CheckLine, error, ok } from './line.ts';
import type { Place } from './places.ts';
import { inOrder, listEntries, prepareCommandLine } from './remedies.ts';

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
  return [await refusedOn(context, { kind, dn }, Dn.parse(written.dn), refused)];
}

/** Says why, and what mends just that: to prepare again gives nothing to an object that takes nothing from above. */
async function refusedOn(
  context: Context,
  { kind, dn: place }: Place,
  dn: Dn,
  refused: readonly string[],
): Promise<CheckLine> {
  const { session } = context;
  const [dacl, entry] = await Promise.all([readDacl(session, dn), findAt(session, dn, ['adminCount'])]);
  const readable = dacl === undefined || dacl === 'hidden' ? undefined : dacl;
  const detail = `AD does not let the account write ${refused.join(', ')} of ${dn}.`;
  if (readable !== undefined && isProtected(readable)) {
    const ruler = (entry === undefined ? undefined : textOf(entry, 'adminCount')) === '1';
    const why = ruler
      ? ' Its inheritance is broken: AD does that to who is, or was, in a group that rules the domain (adminCount 1).'
      : ' Its inheritance is broken, so it gets nothing from above.';
    const leave = [
      'Take it out of the groups that rule the domain, then:',
      `Set-ADObject ${inPowerShell(dn)} -Clear adminCount`,
    ];
    const inherit = `dsacls ${inPowerShell(dn)} /P:N`;
    return error('rights-tested', `${detail}${why}`, inOrder(...(ruler ? leave : []), inherit));
  }
  const denying = readable === undefined ? [] : denyingOn(readable, context, refused);
  const remedy =
    denying.length > 0
      ? listEntries(dn)
      : prepareCommandLine(context, kind, kind === 'device' ? {} : { ous: [place] });
  return error('rights-tested', `${detail}${await sentenceOn(session, denying)}`, remedy);
}
