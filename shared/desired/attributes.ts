import type { AttributeValue, DesiredAttribute } from '../domain/index.ts';
import { left } from '../policy/template/text.ts';

type When = DesiredAttribute['when'];

/** One attribute that we own. Null and empty values mean that it must be absent. */
export const attribute = (
  name: string,
  values: readonly (AttributeValue | null)[],
  when: When = 'always',
): DesiredAttribute => ({
  name,
  values: canonicalValues(values.filter((value) => value !== null && value !== '')),
  when,
});

/**
 * Text as AD keeps it: well-formed Unicode without NUL and other control characters but line ends and
 * tabs, without white space at the ends, at most `limit` UTF-16 code units.
 */
export function plainText(text: string | null, limit: number): string | null {
  const clean = (text ?? '')
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}/gu, '')
    .trim();
  return left(clean, limit).trimEnd() || null;
}

/**
 * Attributes by name, each once, their values sorted and without repetition, so that equal objects
 * have equal JSON. Doing it twice changes nothing.
 */
export const canonicalAttributes = (attributes: readonly DesiredAttribute[]): readonly DesiredAttribute[] => {
  const byName = new Map(attributes.map((one) => [one.name, one]));
  return [...byName.values()]
    .map(({ name, values, when }) => ({ name, values: canonicalValues(values), when }))
    .toSorted((one, other) => compareText(one.name, other.name));
};

function canonicalValues(values: readonly (AttributeValue | null)[]): readonly AttributeValue[] {
  const byText = new Map(values.filter((one) => one !== null).map((one) => [JSON.stringify(one), one]));
  return [...byText].toSorted(([one], [other]) => compareText(one, other)).map(([, value]) => value);
}

/** The order of UTF-16 code units, which is the same everywhere. */
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
