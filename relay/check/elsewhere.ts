import { Dn } from '../../shared/domain/index.ts';
import { absoluteDn, isBelow, sameDn } from '../plan/dn.ts';
import type { Context } from './context.ts';
import { effectiveRights } from './effective.ts';
import { type CheckLine, ok, warning } from './line.ts';
import { inOrder, listEntries } from './remedies.ts';

/** Where others' objects stand by default. */
const defaults = ['', 'CN=Users', 'CN=Computers', 'CN=Builtin', 'OU=Domain Controllers', 'CN=System'];

/** Whether the account may do anything at the head of the domain and in its default containers. */
export async function checkElsewhere({ session, settings }: Context): Promise<CheckLine> {
  const { baseDn, configurationDn, schemaDn } = session.facts;
  const own = settings.containers.map((container) => absoluteDn(container, baseDn));
  const outside = defaults
    .map((relative) => Dn.parse(relative === '' ? baseDn : `${relative},${baseDn}`))
    .filter((dn) => !own.some((one) => sameDn(one, dn) || isBelow(dn, one)));
  // A domain can be taken over from these, and what reaches the whole domain does not reach them.
  const always = [Dn.parse(`CN=AdminSDHolder,CN=System,${baseDn}`), configurationDn, schemaDn];
  const places = [...outside, ...always];
  const looked = await Promise.all(
    places.map(async (dn) => ({ dn, said: sentence(dn, await effectiveRights(session, dn)) })),
  );
  const found = looked.filter(({ said }) => said !== undefined);
  if (found.length === 0)
    return ok(
      'elsewhere',
      `The account may change nothing in ${places.length} places outside of its containers.`,
    );
  return warning(
    'elsewhere',
    `The account may ${found.map(({ said }) => said).join('; ')}.`,
    inOrder(
      'Remove these entries, or the account from the groups that have them; writeback needs none of them:',
      ...found.map(({ dn }) => listEntries(dn)),
    ),
  );
}

function sentence(dn: Dn, effective: Awaited<ReturnType<typeof effectiveRights>>): string | undefined {
  if (effective === undefined) return undefined;
  const { children, attributes, permissions } = effective;
  const found = [
    ...(children.length === 0
      ? []
      : [`create ${children.slice(0, 3).join(', ')}${children.length > 3 ? ' and more' : ''} in`]),
    ...(attributes.length === 0 ? [] : [`write ${attributes.length} attributes of`]),
    ...(permissions ? ['change the permissions of'] : []),
  ];
  return found.length === 0 ? undefined : `${found.join(' and ')} ${dn}`;
}
