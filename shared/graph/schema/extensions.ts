const numbered = /^extensionAttribute([1-9]|1[0-5])$/;

/** Where Graph keeps `extensionAttribute1` to 15 of users and groups. */
const container = 'onPremisesExtensionAttributes';

/** What to select so that these extension attributes come. */
export const extensionSelection = (names: readonly string[]): readonly string[] => {
  const others = names.filter((name) => !numbered.test(name));
  return others.length === names.length ? others : [...others, container];
};

/** The extension attributes that an object has, as text, by the names they were asked for. */
export function extensionsOf(raw: unknown, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = own(numbered.test(name) ? own(raw, container) : raw, name);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      found[name] = String(value);
    }
  }
  return found;
}

const own = (object: unknown, name: string): unknown =>
  typeof object === 'object' && object !== null && Object.hasOwn(object, name)
    ? Reflect.get(object, name)
    : undefined;
