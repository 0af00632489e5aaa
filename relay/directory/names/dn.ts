import { keyOfDn, parentOf, parseDn } from '../../plan/dn.ts';

/** A text that is equal for names that AD takes for the same. */
export const dnKey = (dn: string): string => keyOfDn(dn) ?? dn.toLowerCase();

/** Tells whether an object stands somewhere below one of the containers (not: whether it is one). */
export function belowAnyOf(containers: readonly string[]): (dn: string) => boolean {
  const endings = containers.map((container) => `,${dnKey(container)}`);
  return (dn) => {
    const key = dnKey(dn);
    return endings.some((ending) => key.endsWith(ending));
  };
}

/** A name taken apart for a rename: the object's own part, its value, and the name of its parent. */
export type Place = { readonly rdn: string; readonly name: string; readonly parent: string };

/**
 * Where the name says that the object stands. The own part is written so that it has no comma and no escaped backslash,
 * on which ldapts would split the name wrongly: whatever RFC 4514 reserves becomes hexadecimal pairs.
 *
 * @throws where the text is no DN or names no object below another
 */
export function placeOf(dn: string): Place {
  const [own] = parseDn(dn) ?? [];
  const parent = parentOf(dn);
  if (own === undefined || parent === undefined)
    throw new Error(`"${dn}" does not name an object in a container.`);
  return { rdn: `${own.type}=${inHexPairs(own.value)}`, name: own.value, parent };
}

function inHexPairs(value: string): string {
  const reserved = /[\\,+"<>;=#\p{Cc}]|^ | $/gu;
  return value.replace(reserved, (character) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
