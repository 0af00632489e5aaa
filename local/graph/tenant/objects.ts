/** Values as they travel in Graph's JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export const objectKinds = [
  'group',
  'user',
  'device',
  'administrativeUnit',
  'servicePrincipal',
  'orgContact',
] as const;

export type ObjectKind = (typeof objectKinds)[number];

export const linkNames = ['members', 'owners', 'registeredOwners', 'registeredUsers', 'manager'] as const;

/** A named reference from one directory object to others. */
export type LinkName = (typeof linkNames)[number];

/** Property values that differ from the schema's defaults; a property that is absent has its default. */
export type Properties = Record<string, Json>;

export type DirectoryObject = {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly properties: Properties;
  /** Milliseconds since the epoch of the soft deletion; undefined while the object is live. */
  deletedAt: number | undefined;
  /** What pointed at the object when it was soft-deleted, so that a restoration can point there again. */
  severed: readonly SeveredLink[];
};

export type SeveredLink = { readonly link: LinkName; readonly from: string };

/** Whether the directory synchronisation owns the object, so that the cloud refuses to change it. */
export const isSynced = (object: DirectoryObject): boolean =>
  object.properties.onPremisesSyncEnabled === true;

export const isUnified = (properties: Readonly<Properties>): boolean =>
  Array.isArray(properties.groupTypes) && properties.groupTypes.includes('Unified');

export const isDynamic = (properties: Readonly<Properties>): boolean =>
  Array.isArray(properties.groupTypes) && properties.groupTypes.includes('DynamicMembership');

/** Distribution lists and mail-enabled security groups: Exchange masters them, Graph only reads them. */
export const isExchangeMastered = (properties: Readonly<Properties>): boolean =>
  properties.mailEnabled === true && !isUnified(properties);
