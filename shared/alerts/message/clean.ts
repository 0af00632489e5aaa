/** Line breaks and controls, which could forge lines or headers. */
const controls = /[\p{Cc}\u2028\u2029]+/gu;
/** Marks that turn the direction of text and hide what it says (Unicode TR36, "bidirectional text spoofing"). */
const direction = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Characters that nobody sees. The joiners U+200C and U+200D stay: scripts and emoji need them. */
const unseen = /[\u00ad\u200b\u2060-\u2064\ufeff]/gu;

/**
 * Text of unknown origin as one honest line of at most `length` characters. Web addresses are defanged
 * (`https[:]//`), so that nothing but our own link can be clicked.
 */
export function clean(text: string, length: number): string {
  const line = text
    .toWellFormed()
    .replace(controls, ' ')
    .replace(direction, '')
    .replace(unseen, '')
    .replaceAll('://', '[:]//')
    .trim();
  const characters = [...line];
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`;
}
