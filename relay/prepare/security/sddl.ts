import type { Ace } from './ace.ts';
import { inheritance, lettersOf } from './rights.ts';

/** An entry as administrators know it (MS-DTYP §2.5.1.1): `(OA;CI;CCDC;<guid>;;<sid>)`. */
export function sddlOf({ effect, flags, mask, objectType, inheritedObjectType, trustee }: Ace): string {
  const isObject = objectType !== undefined || inheritedObjectType !== undefined;
  const type = `${isObject ? 'O' : ''}${effect === 'allow' ? 'A' : 'D'}`;
  return `(${[type, flagLetters(flags), lettersOf(mask), objectType ?? '', inheritedObjectType ?? '', trustee].join(';')})`;
}

const flagLetters = (flags: number): string =>
  [
    [inheritance.containers, 'CI'] as const,
    [inheritance.noPropagate, 'NP'] as const,
    [inheritance.inheritOnly, 'IO'] as const,
    [inheritance.inherited, 'ID'] as const,
  ]
    .flatMap(([bit, letters]) => ((flags & bit) === 0 ? [] : [letters]))
    .join('');
