import type { ObjectGuid } from '../../../shared/domain/index.ts';
import type { Ace } from './ace.ts';
import type { Dacl } from './descriptor.ts';
import { inheritance, type Right, rightBits } from './rights.ts';

/** What somebody wants to do: a right, and the types by which an entry may name its object, the narrowest first. */
export type Wanted = {
  readonly right: Right;
  /** schemaIDGUID of the attribute or class, attributeSecurityGUID of its property set, or an extended right. */
  readonly types: readonly ObjectGuid[];
};

/**
 * What decides whether a list lets a bearer of these identifiers do something (MS-ADTS §5.1.3.3): the first entry that
 * speaks of it. Undefined: nobody said anything, which is a no.
 */
export const deciding = (
  aces: readonly Ace[],
  bearer: ReadonlySet<string>,
  { right, types }: Wanted,
): Ace | undefined =>
  aces.find(
    (ace) =>
      bearer.has(ace.trustee) &&
      (ace.mask & rightBits[right]) !== 0 &&
      (ace.objectType === undefined || types.includes(ace.objectType)),
  );

/** Whether such a list lets such a bearer do it. */
export const decide = (
  aces: readonly Ace[],
  bearer: ReadonlySet<string>,
  wanted: Wanted,
): 'allow' | 'deny' | 'absent' => deciding(aces, bearer, wanted)?.effect ?? 'absent';

/** The entries that count on the object itself. */
export const acesHere = (dacl: Dacl): readonly Ace[] =>
  dacl.entries.flatMap(({ ace }) => ace ?? []).filter(({ flags }) => (flags & inheritance.inheritOnly) === 0);

/**
 * The entries that an object of this class gets from above when it is created below (MS-ADTS §6.1.3, MS-DTYP §2.5.3.4).
 * What the class itself brings along comes before them, but speaks of administrators and of reading only.
 */
export const acesForChild = (dacl: Dacl, classGuid: ObjectGuid): readonly Ace[] =>
  dacl.entries
    .flatMap(({ ace }) => ace ?? [])
    .filter(
      ({ flags, inheritedObjectType }) =>
        (flags & inheritance.containers) !== 0 &&
        (inheritedObjectType === undefined || inheritedObjectType === classGuid),
    );
