import type { ObjectGuid, ObjectKind } from '../../shared/domain/index.ts';
import { classOf } from '../plan/markers.ts';
import { setPasswordRight } from '../prepare/permissions.ts';
import { readNames } from '../prepare/schema-ids.ts';
import type { Ace } from '../prepare/security/ace.ts';
import type { Dacl } from '../prepare/security/descriptor.ts';
import { inheritance, maskOf, type Right } from '../prepare/security/rights.ts';
import type { Context } from './context.ts';

/** What an entry gives over objects below: over all of them, or those of a class; everything, or one attribute or right. */
type Beyond = {
  readonly right: 'WP' | 'CR' | 'WD';
  readonly what: ObjectGuid | undefined;
  readonly onClass: ObjectGuid | undefined;
};

/** How many are named; an account that may do much more needs no longer list. */
const most = 5;

/** What entries of a container let the account do to objects below it beyond what writing needs, in words. */
export async function beyondBelow(context: Context, dacl: Dacl): Promise<readonly string[]> {
  const { session, token } = context;
  const found = dacl.entries
    .flatMap(({ ace }) => ace ?? [])
    .filter(
      ({ effect, flags, trustee }) => effect === 'allow' && reachesDown(flags) && token.sids.has(trustee),
    )
    .flatMap((ace) => beyondIn(context, ace));
  const nameFor = await readNames(
    session,
    found.flatMap(({ what, onClass }) => [what, onClass].flatMap((guid) => guid ?? [])),
  );
  const groups = Map.groupBy(found, ({ right, what, onClass }) =>
    [right, what === undefined, onClass].join(),
  );
  return [...groups.values()].map((group) => inWords(group, nameFor));
}

const reachesDown = (flags: number): boolean => (flags & inheritance.containers) !== 0;

function beyondIn(
  context: Context,
  { mask, objectType: what, inheritedObjectType: onClass }: Ace,
): readonly Beyond[] {
  const has = (...rights: readonly Right[]): boolean => (mask & maskOf(rights)) !== 0;
  const kinds = context.settings.classes.filter(
    (kind) => onClass === undefined || context.ids.classOf(classOf[kind]) === onClass,
  );
  const isNeeded = what !== undefined && kinds.some((kind) => neededOf(context, kind).includes(what));
  return [
    ...((has('WP') || (mask & validatedWrite) !== 0) && !isNeeded
      ? [{ right: 'WP', what, onClass } as const]
      : []),
    ...(has('CR') && !isNeeded ? [{ right: 'CR', what, onClass } as const] : []),
    ...(has('WD', 'WO') ? [{ right: 'WD', what: undefined, onClass } as const] : []),
  ];
}

/** RIGHT_DS_WRITE_PROPERTY_EXTENDED: writes of one attribute that AD looks at (MS-ADTS §5.1.3.2). */
const validatedWrite = 0x8;

function neededOf({ ids, needs }: Context, kind: ObjectKind): readonly ObjectGuid[] {
  const { attributes, givenBesides } = needs[kind];
  const guids = [...attributes, ...givenBesides].flatMap((name) => ids.attribute(name)?.guid ?? []);
  const password = kind === 'user' ? ids.right(setPasswordRight) : undefined;
  return password === undefined ? guids : [...guids, password];
}

/** What a group of them gives over the same objects. */
function inWords([first, ...others]: readonly Beyond[], nameFor: (guid: ObjectGuid) => string): string {
  if (first === undefined) return '';
  const { right, what, onClass } = first;
  const objects = onClass === undefined ? 'all objects below' : `every ${nameFor(onClass)} below`;
  if (right === 'WD') return `change the permissions or the owner of ${objects}`;
  if (what === undefined)
    return right === 'CR'
      ? `use every extended right on ${objects}, such as to reset passwords`
      : `write every attribute of ${objects}, of which writeback needs a part`;
  const names = [
    ...new Set([first, ...others].flatMap((one) => (one.what === undefined ? [] : nameFor(one.what)))),
  ];
  return `${right === 'CR' ? 'use the right' : 'write'} ${listed(names)} ${right === 'CR' ? 'on' : 'of'} ${objects}`;
}

const listed = (names: readonly string[]): string =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
