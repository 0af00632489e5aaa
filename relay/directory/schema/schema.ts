/** What the schema says of attributes. Names are compared without case. */
export type Schema = {
  has(name: string): boolean;
  /** The name as the schema writes it (lDAPDisplayName); unknown names stay as they are. */
  spell(name: string): string;
  /** Are the values octets, not text? */
  isBinary(name: string): boolean;
  /** Those whose values are octets, in every spelling in which the server may return them. */
  binaryAmong(names: readonly string[]): readonly string[];
};

/** attributeSyntax of values that are octets: octet string, security descriptor, SID (MS-ADTS §3.1.1.2.2.2). */
const binarySyntaxes: ReadonlySet<string> = new Set(['2.5.5.10', '2.5.5.15', '2.5.5.17']);

/** @param attributes lDAPDisplayName and attributeSyntax of every attribute */
export function createSchema(
  attributes: Iterable<{ readonly name: string; readonly syntax: string }>,
): Schema {
  const known = new Map([...attributes].map((attribute) => [attribute.name.toLowerCase(), attribute]));
  const find = (name: string) => known.get(name.toLowerCase());
  const isBinary = (name: string): boolean => binarySyntaxes.has(find(name)?.syntax ?? '');
  const spell = (name: string): string => find(name)?.name ?? name;
  return {
    has: (name) => find(name) !== undefined,
    spell,
    isBinary,
    binaryAmong: (names) => [...new Set(names.filter(isBinary).flatMap((name) => [name, spell(name)]))],
  };
}
