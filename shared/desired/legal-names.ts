import { left } from '../policy/template/text.ts';

/** rangeUpper of cn in the AD schema (MS-ADA1), in UTF-16 code units. */
export const commonNameLimit = 64;

/** The last 12 hex digits of an object id: what keeps names of different objects apart. */
export const idSuffix = (id: string): string => id.slice(-12);

/**
 * Control characters, line and paragraph separators, and the invisible characters with which one
 * name can be made to look like another. The joiners that Persian, Indic scripts and emoji need
 * (U+200C, U+200D) stay.
 */
const unwanted = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name as people see it: well-formed Unicode, without the above, single spaces, none at the ends. */
export const cleanText = (text: string): string =>
  text.toWellFormed().replace(unwanted, ' ').replace(/\s+/gu, ' ').trim();

/**
 * A legal common name: 1 to 64 UTF-16 code units, no control characters. What is too long is cut and
 * gets the end of the id, so that it stays unique; what is empty becomes `otherwise`.
 */
export function legalCommonName(text: string, id: string, otherwise: string): string {
  const clean = cleanText(text);
  if (clean === '') return otherwise;
  return clean.length <= commonNameLimit ? clean : withSuffix(clean, id, commonNameLimit);
}

/** Characters that AD refuses in sAMAccountName (MS-SAMR §3.1.1.6), and @, which would look like a UPN. */
const forbiddenInSam = /["/\\[\]:;|=,+*?<>@]/g;

/**
 * A legal sAMAccountName of at most `limit` UTF-16 code units. It does not end in a dot, which AD
 * refuses, nor in $, which marks computers, and it never is only digits, dots and spaces.
 */
export function legalSamAccountName(text: string, id: string, limit: number): string {
  const clean = trimSam(cleanText(text.replace(forbiddenInSam, '')));
  if (clean === '' || /^[\p{Nd}. ]+$/u.test(clean)) return trimSam(withSuffix(clean || 'id', id, limit));
  return clean.length <= limit ? clean : withSuffix(clean, id, limit);
}

const trimSam = (text: string): string => text.replace(/[.$\s]+$/u, '').replace(/^\s+/u, '');

/** The name cut so that `_` and the end of the id fit behind it. */
export const withSuffix = (name: string, id: string, limit: number): string => {
  const suffix = `_${idSuffix(id)}`;
  const without = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  return `${left(without, limit - suffix.length).trimEnd()}${suffix}`;
};
