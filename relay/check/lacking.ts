import type { ObjectKind } from '../../shared/domain/index.ts';
import { classOf } from '../plan/markers.ts';
import { readOnly, setPasswordRight } from '../prepare/permissions.ts';
import type { SchemaIds } from '../prepare/schema-ids.ts';
import { acesForChild, acesHere, deciding } from '../prepare/security/access.ts';
import type { Ace } from '../prepare/security/ace.ts';
import type { Dacl } from '../prepare/security/descriptor.ts';
import { inheritance, type Right } from '../prepare/security/rights.ts';
import type { Session } from '../prepare/session.ts';
import type { Context } from './context.ts';
import { nameOf } from './name-of.ts';

/** Something that the account may not do. */
export type Lack = {
  /** To do what, such as `delete groups`. */
  readonly to: string;
  /** The entries that deny it; where there are none, nobody has allowed it. */
  readonly denying: readonly Ace[];
};

/** What the account may not do in a container, by its list: also what AD does not compute, for objects that are not there yet. */
export function lackingIn(
  { ids, token, needs }: Context,
  kind: ObjectKind,
  dacl: Dacl,
  canCreate: boolean,
): readonly Lack[] {
  const classGuid = ids.classOf(classOf[kind]);
  if (classGuid === undefined) return [{ to: `find the class ${classOf[kind]} in the schema`, denying: [] }];
  const lack = (to: string, aces: readonly Ace[], right: Right, types: readonly Ace['objectType'][]) => {
    const ace = deciding(aces, token.sids, { right, types: types.flatMap((type) => type ?? []) });
    return ace?.effect === 'allow' ? [] : [{ to, denying: ace === undefined ? [] : [ace] }];
  };
  const here = acesHere(dacl);
  const below = acesForChild(dacl, classGuid);
  const create = lack(`create ${kind}s`, here, 'CC', [classGuid]);
  const unwritable = needs[kind].attributes.flatMap((name) => {
    const id = ids.attribute(name);
    return id === undefined ? [] : lack(name, below, 'WP', [id.guid, id.propertySet]);
  });
  const password = kind === 'user' ? ids.right(setPasswordRight) : undefined;
  return [
    ...(canCreate ? [] : create.length > 0 ? create : [{ to: `create ${kind}s`, denying: [] }]),
    ...lack(`delete ${kind}s`, here, 'DC', [classGuid]),
    ...(unwritable.length === 0 ? [] : [asOne(unwritable, kind)]),
    // What is written can be read by everybody as AD comes; these cannot.
    ...readOnly[kind].flatMap((name) => {
      const id = ids.attribute(name);
      return lack(`read ${name} of ${kind}s`, below, 'RP', [id?.guid, id?.propertySet]);
    }),
    ...(password === undefined ? [] : lack('set a first password', below, 'CR', [password])),
  ];
}

const asOne = (unwritable: readonly Lack[], kind: ObjectKind): Lack => ({
  to: `write ${unwritable.map(({ to }) => to).join(', ')} of ${kind}s`,
  denying: unwritable.flatMap(({ denying }) => denying),
});

/** The entries that deny writing an attribute of an object that stands there. */
export const denyingOn = (
  dacl: Dacl,
  { ids, token }: { readonly ids: SchemaIds; readonly token: Context['token'] },
  attributes: readonly string[],
): readonly Ace[] =>
  attributes.flatMap((name) => {
    const id = ids.attribute(name);
    const types = [id?.guid, id?.propertySet].flatMap((type) => type ?? []);
    const ace = deciding(acesHere(dacl), token.sids, { right: 'WP', types });
    return ace?.effect === 'deny' ? [ace] : [];
  });

/** A sentence about entries that deny, or nothing where there are none. */
export async function sentenceOn(session: Session, denying: readonly Ace[]): Promise<string> {
  const [first] = denying;
  if (first === undefined) return '';
  const names = await Promise.all(
    [...new Set(denying.map(({ trustee }) => trustee))].map((sid) => nameOf(session, sid)),
  );
  const fromAbove = denying.some(({ flags }) => (flags & inheritance.inherited) !== 0);
  return ` An entry denies it to ${names.join(' and ')}, which beats what allows it${fromAbove ? '; it comes from above' : ''}.`;
}
