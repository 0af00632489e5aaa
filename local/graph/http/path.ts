/**
 * Cuts a Graph path into decoded segments. Keys in brackets become segments of their own, so that
 * `/devices(deviceId='x')/registeredOwners` reads like `/devices/deviceId='x'/registeredOwners`, and
 * `/groups('x')` like `/groups/x`.
 */
export const segmentsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .filter((segment) => segment !== '')
    .flatMap((segment) => {
      const decoded = decodeOrKeep(segment);
      const [, name, key] = decoded.match(/^([\w.$]+)\((.*)\)$/) ?? [];
      if (name === undefined || key === undefined) return [decoded];
      return key === '' ? [name] : [name, key.replace(/^'(.*)'$/, '$1')];
    });

const decodeOrKeep = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
