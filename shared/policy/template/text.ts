/**
 * Lengths in AD are counted in UTF-16 code units. These cut by that measure and never through a
 * surrogate pair: a character that does not fit whole is left out.
 */

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** Whether `index` lies between the two halves of one character. */
const splitsPair = (text: string, index: number): boolean =>
  index > 0 &&
  index < text.length &&
  isLowSurrogate(text.charCodeAt(index)) &&
  isHighSurrogate(text.charCodeAt(index - 1));

/** At most `length` units from the start. */
export function left(text: string, length: number): string {
  const end = Math.max(0, Math.min(length, text.length));
  return text.slice(0, splitsPair(text, end) ? end - 1 : end);
}

/** At most `length` units from the end. */
export function right(text: string, length: number): string {
  const start = Math.max(0, text.length - Math.max(0, length));
  return text.slice(splitsPair(text, start) ? start + 1 : start);
}

/** At most `length` units from the `start`th on, counted from 1 as in Cloud Sync. */
export function mid(text: string, start: number, length: number): string {
  const from = Math.max(0, start - 1);
  return left(text.slice(splitsPair(text, from) ? from + 1 : from), length);
}
