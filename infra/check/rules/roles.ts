import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Finding } from '../finding.ts';

const guid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
const byName = /\broles\['([^']*)'\]/g;
const granted = /\brole: '([^']*)'/g;

/** Roles are given by their names in roles.json; an id that stands in the code cannot be read by anybody. */
export const checkRoles = (
  files: readonly BicepFile[],
  roles: Readonly<Record<string, string>>,
): readonly Finding[] =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((written, index) => {
      const ids = [...written.matchAll(guid)].map(
        ([id]) => `holds the id ${id}. Name the role, with its id in roles.json.`,
      );
      const unknown = [...written.matchAll(byName), ...written.matchAll(granted)]
        .filter(([, name = '']) => !(name in roles))
        .map(([, name]) => `gives the role ${name}, which roles.json does not have.`);
      return [...ids, ...unknown].map((message) => ({ file: path, line: index + 1, message }));
    }),
  );
