/** An LDAP entry as the server returned it. Attributes are named as the server names them. */
export interface Entry {
  readonly dn: string;
  /** Every attribute, its values read as UTF-8. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Every attribute, its values as the bytes they are: for objectSid, objectGUID and the like. */
  readonly bytes: Readonly<Record<string, readonly Buffer[]>>;
}

/** Reads LDIF content (RFC 2849) whose lines are not folded. Comments and search references are left out. */
export function parseLdif(text: string): readonly Entry[] {
  return text
    .split(/\n{2,}/)
    .map((block) =>
      block
        .split('\n')
        .map(parseLine)
        .filter((line) => line !== undefined),
    )
    .filter(([first]) => first?.name === 'dn')
    .map(([dn, ...lines]) => toEntry(dn?.value.toString('utf8') ?? '', lines));
}

interface Line {
  readonly name: string;
  readonly value: Buffer;
}

function parseLine(line: string): Line | undefined {
  const match = /^(?<name>[A-Za-z][^:]*):(?<base64>:?) ?(?<value>.*)$/.exec(line);
  if (match?.groups === undefined) return undefined;
  const { name = '', base64, value = '' } = match.groups;
  return { name, value: Buffer.from(value, base64 === ':' ? 'base64' : 'utf8') };
}

function toEntry(dn: string, lines: readonly Line[]): Entry {
  const attributes = Object.entries(Object.groupBy(lines, ({ name }) => name));
  const bytesOf = (list: readonly Line[] = []) => list.map(({ value }) => value);
  return {
    dn,
    values: Object.fromEntries(
      attributes.map(([name, list]) => [name, bytesOf(list).map((value) => value.toString('utf8'))]),
    ),
    bytes: Object.fromEntries(attributes.map(([name, list]) => [name, bytesOf(list)])),
  };
}
