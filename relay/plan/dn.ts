import { Dn } from '../../shared/domain/index.ts';

/** One step of a distinguished name: attribute type and unescaped value. AD has no multi-valued RDNs. */
export type Rdn = { readonly type: string; readonly value: string };

/** A distinguished name taken apart, leaf first. */
export type ParsedDn = readonly Rdn[];

/**
 * Takes a distinguished name apart (RFC 4514 §3, with RFC 2253's quoted values, which AD still
 * accepts). Undefined where the text is not one: the callers that protect AD then treat the object
 * as lying outside of everything. `#hex` values and `<GUID=…>` forms are not taken apart either.
 */
export function parseDn(text: string): ParsedDn | undefined {
  const parts = splitUnescaped(text, ',');
  if (!parts || text.trim() === '') return undefined;
  const rdns: Rdn[] = [];
  for (const part of parts) {
    const rdn = parseRdn(part);
    if (!rdn) return undefined;
    rdns.push(rdn);
  }
  return rdns;
}

/** Writes a distinguished name, escaped so that AD reads the same values back. */
export const formatDn = (rdns: ParsedDn): Dn =>
  Dn.parse(rdns.map(({ type, value }) => `${type}=${escapeDnValue(value)}`).join(','));

/** The DN of a child with this name below a parent. */
export const childOf = (type: string, value: string, parent: string): Dn =>
  Dn.parse(`${type}=${escapeDnValue(value)},${parent}`);

/** Escapes a value for a DN (RFC 4514 §2.4); control characters and `=` as hex pairs. */
export function escapeDnValue(value: string): string {
  const last = value.length - 1;
  let escaped = '';
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    const edgeSpace = char === ' ' && (at === 0 || at === last);
    if (edgeSpace || (char === '#' && at === 0) || '"+,;<>\\'.includes(char)) escaped += `\\${char}`;
    else if (char < ' ' || char === '=' || char === '\u007f') escaped += `\\${hexPair(char)}`;
    else escaped += char;
  }
  return escaped;
}

/**
 * The same name in a form that stays what it is between double quotes, in a POSIX shell, PowerShell and
 * cmd: whatever one of them could take for more than text is hexadecimal (RFC 4514 §2.4). A text that is
 * no name gives undefined.
 */
export const dnInQuotes = (dn: string): string | undefined =>
  parseDn(dn)
    ?.map(({ type, value }) => `${type}=${value.replace(unquotable, hexOctets)}`)
    .join(',');

const unquotable = /[^\p{L}\p{M}\p{N} .'()@:/_-]|^ | $/gu;

/**
 * Are these the same name to AD? Types and values compare without case, and a run of spaces counts
 * as one (RFC 4518 §2.6.1). Composed and decomposed letters differ, as they do in AD.
 */
export function sameDn(a: string, b: string): boolean {
  const first = keyOfDn(a);
  return first !== undefined && first === keyOfDn(b);
}

/** The name above, or undefined at the top or where the text is not a DN. */
export function parentOf(dn: string): Dn | undefined {
  const rdns = parseDn(dn);
  return rdns && rdns.length > 1 ? formatDn(rdns.slice(1)) : undefined;
}

/** Does the object lie below the container, at any depth? The container itself does not. */
export function isBelow(dn: string, container: string): boolean {
  const inner = parseDn(dn);
  const outer = parseDn(container);
  if (!inner || !outer || inner.length <= outer.length) return false;
  const tail = inner.slice(inner.length - outer.length);
  return tail.every((rdn, index) => keyOfRdn(rdn) === keyOfOptional(outer[index]));
}

/** Completes a DN that has no DC component with the DN of the domain. */
export function absoluteDn(dn: string, baseDn: string): Dn {
  const rdns = parseDn(dn);
  const absolute = rdns?.some((rdn) => rdn.type.toLowerCase() === 'dc') ?? false;
  return Dn.parse(absolute ? dn : `${dn},${baseDn}`);
}

/** A text that is equal for equal names, or undefined where the text is not a DN. */
export const keyOfDn = (dn: string): string | undefined => parseDn(dn)?.map(keyOfRdn).join(',');

const keyOfOptional = (rdn: Rdn | undefined): string | undefined => rdn && keyOfRdn(rdn);

const keyOfRdn = ({ type, value }: Rdn): string =>
  `${type.toLowerCase()}=${escapeDnValue(value.toLowerCase().replace(/ {2,}/g, ' '))}`;

const hexOctets = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((octet) => `\\${hexOf(octet)}`).join('');

const hexPair = (char: string): string => hexOf(char.charCodeAt(0));

const hexOf = (octet: number): string => octet.toString(16).padStart(2, '0').toUpperCase();

/** Splits at a separator that is neither escaped nor quoted. Undefined where a quote or an escape is left open. */
function splitUnescaped(text: string, separator: string): readonly string[] | undefined {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') {
      if (at + 1 === text.length) return undefined;
      part += char + text.charAt(at + 1);
      at += 1;
      continue;
    }
    if (char === '"') quoted = !quoted;
    if (char === separator && !quoted) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return quoted ? undefined : [...parts, part];
}

function parseRdn(text: string): Rdn | undefined {
  const equals = text.indexOf('=');
  const type = text.slice(0, Math.max(equals, 0)).trim();
  if (!/^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)*)$/.test(type)) return undefined;
  const value = parseValue(text.slice(equals + 1));
  return value === undefined || value === '' ? undefined : { type, value };
}

/** Reads one escaped or quoted value; hex pairs are octets of UTF-8 (RFC 4514 §3). */
function parseValue(text: string): string | undefined {
  const trimmed = trimUnescaped(text);
  const quoted = /^"(?:[^"\\]|\\.)*"$/s.test(trimmed);
  const body = quoted ? trimmed.slice(1, -1) : trimmed;
  if (!quoted && /^#|["+;<>]/.test(withoutEscapes(body))) return undefined;
  const octets: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const hex = /^\\([0-9A-Fa-f]{2})/.exec(body.slice(at, at + 3));
    const step = hex ? 3 : body.charAt(at) === '\\' ? 2 : 1;
    const plain = body.slice(step === 2 ? at + 1 : at, at + step);
    const codePoint = hex ? '' : pairAt(body, at + step, plain);
    octets.push(hex ? Buffer.from(hex[1] ?? '', 'hex') : Buffer.from(codePoint, 'utf8'));
    at += hex ? 3 : step + (codePoint.length - plain.length);
  }
  const bytes = Buffer.concat(octets);
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : undefined;
}

/** A high surrogate is only text together with the low one that follows it. */
const pairAt = (body: string, next: number, char: string): string =>
  /[\uD800-\uDBFF]/.test(char) ? char + body.charAt(next) : char;

const withoutEscapes = (text: string): string => text.replace(/\\(?:[0-9A-Fa-f]{2}|.)/gs, 'x');

/** Strips spaces at both ends, but not one that is escaped. */
function trimUnescaped(text: string): string {
  const start = text.replace(/^ +/, '');
  const end = start.replace(/ +$/, '');
  const escapedLast = /(?:^|[^\\])(?:\\\\)*\\$/.test(end) && end.length < start.length;
  return escapedLast ? `${end} ` : end;
}
