/** Controls and marks of direction: they move the cursor, forge lines, name the window or turn what is read. */
const unprintable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A text of somebody else for a terminal: one line that does nothing there. Anybody may name a group. */
export const printable = (text: string): string => text.replace(unprintable, ' ');

/** The same for every text in an answer. */
export function allPrintable(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(allPrintable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, allPrintable(inner)]));
}
