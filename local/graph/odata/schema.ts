import type { Json, ObjectKind } from '../tenant/objects.ts';
import { deviceSchema } from './schema-device.ts';
import { groupSchema } from './schema-group.ts';
import { administrativeUnitSchema, orgContactSchema, servicePrincipalSchema } from './schema-other.ts';
import { userSchema } from './schema-user.ts';

export type Version = 'v1.0' | 'beta';

/** The properties of one kind, by what Graph does with them. */
export type Schema = {
  readonly typeName: string;
  readonly collection: string;
  /** Answered when nothing is selected. */
  readonly byDefault: readonly string[];
  /** Answered only when selected. */
  readonly onSelect: readonly string[];
  /** Exist in beta only, and only when selected. */
  readonly betaOnSelect: readonly string[];
  /** Empty list instead of null when unset. */
  readonly collections: readonly string[];
  /** May be selected without effect, as OData allows for references. */
  readonly navigation: readonly string[];
  /** Accepted in POST and PATCH. */
  readonly writable: readonly string[];
  /** Accepted in POST only. */
  readonly writableOnce: readonly string[];
  /** Defaults that are neither null nor an empty list. */
  readonly defaults: Readonly<Record<string, Json>>;
};

const schemas: Readonly<Record<ObjectKind, Schema>> = {
  group: groupSchema,
  user: userSchema,
  device: deviceSchema,
  administrativeUnit: administrativeUnitSchema,
  servicePrincipal: servicePrincipalSchema,
  orgContact: orgContactSchema,
};

export const schemaOf = (kind: ObjectKind): Schema => schemas[kind];

export const typeNameOf = (kind: ObjectKind): string => `#microsoft.graph.${kind}`;

const selectable = (kind: ObjectKind, version: Version): ReadonlyMap<string, string> => {
  const { byDefault, onSelect, betaOnSelect, navigation } = schemas[kind];
  const names = [...byDefault, ...onSelect, ...navigation, ...(version === 'beta' ? betaOnSelect : [])];
  return new Map(names.map((name) => [name.toLowerCase(), name]));
};

const names = new Map<string, ReadonlyMap<string, string>>();

/** The canonical spelling of a property; undefined when this version of Graph does not know it. */
export const propertyNamed = (kind: ObjectKind, version: Version, name: string): string | undefined => {
  const key = `${version}/${kind}`;
  const known = names.get(key) ?? selectable(kind, version);
  names.set(key, known);
  return known.get(name.toLowerCase());
};

export const isNavigation = (kind: ObjectKind, name: string): boolean =>
  schemas[kind].navigation.includes(name);

/** The value of a property that an object does not store. */
export const unsetValue = (kind: ObjectKind, name: string): Json => {
  const { collections, defaults } = schemas[kind];
  return defaults[name] ?? (collections.includes(name) ? [] : null);
};
