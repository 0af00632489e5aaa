import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Finding } from '../finding.ts';

/** Every parameter and every output says in a sentence what it is. */
export const checkDescriptions = (files: readonly BicepFile[]): readonly Finding[] =>
  files.flatMap(({ path, parameters, outputs }) =>
    [...parameters, ...outputs]
      .filter(({ description }) => !description?.trim().endsWith('.'))
      .map(({ name, line }) => ({
        file: path,
        line,
        message: `${name} has no description. Put @description('… .') before it, a whole sentence.`,
      })),
  );
