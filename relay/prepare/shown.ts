/** Controls and marks of direction: they move the cursor, forge lines, or turn what is read. */
const unprintable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text with names of somebody else, as one line that does nothing at a terminal. What is not shown is written as in a DN
 * (RFC 4514 §2.4), so that a command with it still names the same object.
 */
export const shown = (text: string): string =>
  text.replace(unprintable, (char) =>
    [...Buffer.from(char, 'utf8')]
      .map((octet) => `\\${octet.toString(16).padStart(2, '0').toUpperCase()}`)
      .join(''),
  );
