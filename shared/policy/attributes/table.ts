/** What a policy can read of an object: one table per kind of object. */

export type AttributeType = 'text' | 'boolean' | 'number' | 'list';

/** The value of an attribute. Null where the object has none. */
export type Value = string | number | boolean | readonly string[] | null;

export type Attribute<Subject> = {
  readonly type: AttributeType;
  /** One sentence for people who write policies. */
  readonly about: string;
  /** Where only these values exist. */
  readonly values?: readonly string[];
  /** Undefined where it was not read, so that nobody knows. */
  readonly read: (subject: Subject) => Value | undefined;
};

export type AttributeTable<Subject> = Readonly<Record<string, Attribute<Subject>>>;

/** Reads an attribute of one object by name; undefined where it was not read. */
export type Read = (name: string) => Value | undefined;

/** What a parser must know of a table: names, types and values, not how they are read. */
export type AttributeSpace = {
  readonly names: readonly string[];
  readonly typeOf: (name: string) => AttributeType | undefined;
  readonly valuesOf: (name: string) => readonly string[] | undefined;
};

/** `extension.<name>`: an extension attribute by the name that Graph gives it. */
export const extensionPattern = /^extension\.[A-Za-z_][A-Za-z0-9_]*$/;

export const extensionName = (attribute: string): string | undefined =>
  extensionPattern.test(attribute) ? attribute.slice('extension.'.length) : undefined;

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

export const spaceOf = <S>(table: AttributeTable<S>): AttributeSpace => ({
  names: Object.keys(table),
  typeOf: (name) => own(table, name)?.type ?? (extensionName(name) ? 'text' : undefined),
  valuesOf: (name) => own(table, name)?.values,
});

/** A reader for one object. Names that do not exist read as null: the parser has refused them before. */
export function readerOf<S>(
  table: AttributeTable<S>,
  subject: S,
  extensions: Readonly<Record<string, string>>,
): Read {
  return (name) => {
    const extension = extensionName(name);
    if (extension !== undefined) return own(extensions, extension) ?? null;
    const attribute = own(table, name);
    return attribute ? attribute.read(subject) : null;
  };
}
