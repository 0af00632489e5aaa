/** The little of RFC 4514 that places in a policy need: is this a DN, and how is a value put into one. */

const rdnPattern =
  /^\s*(?:OU|CN|DC)=(?:[^\\",;+<>=#\s]|\\[0-9a-f]{2}|\\[\\",;+<>=# ])(?:[^\\",;+<>]|\\[0-9a-f]{2}|\\[\\",;+<>=# ])*$/i;

/** Whether a text is a DN made of OU, CN and DC components, such as a container has. */
export const isContainerDn = (text: string): boolean =>
  text.length <= 2048 && splitRdns(text).every((rdn) => rdnPattern.test(rdn));

/** Splits at commas that are not escaped. */
export function splitRdns(dn: string): readonly string[] {
  const rdns: string[] = [];
  let start = 0;
  for (let at = 0; at < dn.length; at += 1) {
    if (dn[at] === '\\') at += 1;
    else if (dn[at] === ',') {
      rdns.push(dn.slice(start, at));
      start = at + 1;
    }
  }
  return [...rdns, dn.slice(start)];
}

/** A text as one attribute value inside a DN (RFC 4514 §2.4). Control characters are written in hex. */
export function escapeRdnValue(text: string): string {
  const escaped = [...text.trim()]
    .map((character) => {
      if ('",;+<>\\='.includes(character)) return `\\${character}`;
      const code = character.charCodeAt(0);
      return code < 0x20 || code === 0x7f ? `\\${code.toString(16).padStart(2, '0')}` : character;
    })
    .join('');
  return escaped.startsWith('#') ? `\\${escaped}` : escaped;
}
