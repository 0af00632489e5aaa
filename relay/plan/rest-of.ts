import { isDeepStrictEqual } from 'node:util';
import type { Operation, Plan } from '../../shared/domain/index.ts';

/**
 * Is this plan what is left of another one, of which a part was written? Every operation must be one of the
 * other plan's, about the same object, with nothing added: the same values, the same place, members
 * among those that it names.
 */
export const isRestOf = (rest: Plan, whole: Plan): boolean =>
  rest.operations.length > 0 &&
  rest.operations.every((operation) => whole.operations.some((one) => isPartOf(operation, one)));

function isPartOf(part: Operation, whole: Operation): boolean {
  switch (part.op) {
    case 'addMembers':
    case 'removeMembers':
      if (whole.op !== part.op || !isAbout(part, whole)) return false;
      return isAmong(part.members, whole.members);
    case 'modify':
      return (
        whole.op === 'modify' &&
        isAbout(part, whole) &&
        Object.entries(part.replace).every(([name, values]) => isDeepStrictEqual(values, whole.replace[name]))
      );
    case 'move':
      return whole.op === 'move' && isAbout(part, whole) && part.to === whole.to;
    case 'delete':
      return whole.op === 'delete' && isAbout(part, whole);
    // Once these are written, what is left is about an object that the plan had not seen alive.
    case 'create':
    case 'reanimate':
      return false;
  }
}

type Target = { readonly guid: string; readonly dn: string };

const isAbout = (part: Target, whole: Target): boolean => part.guid === whole.guid && part.dn === whole.dn;

function isAmong(some: readonly string[], all: readonly string[]): boolean {
  const known = new Set(all);
  return some.every((one) => known.has(one));
}
