import type { Ace, Entry } from './ace.ts';
import { buildEntry } from './ace.ts';
import type { Dacl } from './descriptor.ts';
import { inheritance } from './rights.ts';

/** Those of the wished entries that the list does not already give in full. */
export function missingFrom(dacl: Dacl, wished: readonly Ace[]): readonly Ace[] {
  const held = dacl.entries.flatMap(({ ace }) => ace ?? []);
  return wished.filter((wish) => !held.some((ace) => gives(ace, wish)));
}

/**
 * Does one entry give at least what the other does, to the same objects? Where it came from above it counts as well. Two
 * entries that give it only together do not count: a list that says the same twice harms nobody.
 */
function gives(held: Ace, wish: Ace): boolean {
  return (
    held.effect === wish.effect &&
    held.trustee === wish.trustee &&
    (held.flags & ~inheritance.inherited) === wish.flags &&
    (wish.mask & ~held.mask) === 0 &&
    held.objectType === wish.objectType &&
    held.inheritedObjectType === wish.inheritedObjectType
  );
}

/**
 * The list with entries that allow added behind its own and before those from above: the canonical order, in which what
 * stands on the object decides before what is inherited, and denying before allowing (MS-DTYP §2.4.5, MS-ADTS §6.1.3.1).
 * Every other entry stays octet for octet.
 */
export function withAllowed(dacl: Dacl, aces: readonly Ace[]): Dacl {
  const fromAbove = (entry: Entry): boolean => (entry.flags & inheritance.inherited) !== 0;
  return {
    control: dacl.control,
    entries: [
      ...dacl.entries.filter((entry) => !fromAbove(entry)),
      ...aces.map(buildEntry),
      ...dacl.entries.filter(fromAbove),
    ],
  };
}
