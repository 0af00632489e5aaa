import type { Entry as LdaptsEntry } from 'ldapts';

/** An entry as it came: attribute names and DN as the server writes them, several values in no order. */
export type RawEntry = {
  readonly dn: string;
  readonly values: ReadonlyMap<string, readonly (string | Buffer)[]>;
};

/**
 * ldapts gives one value bare, several as an array, and an empty array for what was asked for and is not there; here an
 * attribute has a list of values or is absent.
 */
export function rawEntry({ dn, ...attributes }: LdaptsEntry): RawEntry {
  const present = Object.entries(attributes)
    .map(([name, found]) => [name, Array.isArray(found) ? found : [found]] as const)
    .filter(([, values]) => values.length > 0);
  return { dn, values: new Map(present) };
}

/** The values of an attribute as text, whatever the case of its name. */
export function textsOf(entry: RawEntry, name: string): readonly string[] {
  return valuesOf(entry, name).map(String);
}

/** The first value as text, or undefined. */
export const textOf = (entry: RawEntry, name: string): string | undefined => textsOf(entry, name)[0];

/** The first value as octets, or undefined. Right only for attributes that were asked for as binary. */
export function bytesOf(entry: RawEntry, name: string): Buffer | undefined {
  const [value] = valuesOf(entry, name);
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}

function valuesOf(entry: RawEntry, name: string): readonly (string | Buffer)[] {
  const exact = entry.values.get(name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const [found, values] of entry.values) if (found.toLowerCase() === wanted) return values;
  return [];
}
