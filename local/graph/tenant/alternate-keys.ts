import type { DirectoryObject, ObjectKind } from './objects.ts';

/** Properties that find a live object besides its id; unique in a tenant, compared without case. */
const keysOf: Partial<Record<ObjectKind, readonly string[]>> = {
  device: ['deviceId'],
  user: ['userPrincipalName'],
  group: ['uniqueName'],
};

export type AlternateKeys = {
  find(kind: ObjectKind, property: string, value: string): string | undefined;
  add(object: DirectoryObject): void;
  remove(object: DirectoryObject): void;
  /** The first key of the object that another object already holds. */
  taken(kind: ObjectKind, properties: Readonly<Record<string, unknown>>, except?: string): string | undefined;
};

export const createAlternateKeys = (): AlternateKeys => {
  const owners = new Map<string, string>();
  const slot = (kind: ObjectKind, property: string, value: string) =>
    `${kind}/${property}/${value.toLowerCase()}`;
  const slots = (kind: ObjectKind, properties: Readonly<Record<string, unknown>>) =>
    (keysOf[kind] ?? []).flatMap((property) => {
      const value = properties[property];
      return typeof value === 'string' && value !== ''
        ? [{ property, slot: slot(kind, property, value) }]
        : [];
    });

  return {
    find: (kind, property, value) => owners.get(slot(kind, property, value)),
    add: (object) => {
      for (const key of slots(object.kind, object.properties)) owners.set(key.slot, object.id);
    },
    remove: (object) => {
      for (const key of slots(object.kind, object.properties)) {
        if (owners.get(key.slot) === object.id) owners.delete(key.slot);
      }
    },
    taken: (kind, properties, except) =>
      slots(kind, properties).find((key) => {
        const owner = owners.get(key.slot);
        return owner !== undefined && owner !== except;
      })?.property,
  };
};
