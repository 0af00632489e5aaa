import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Finding } from '../finding.ts';

/** Everything is Bicep. */
export const checkSyntax = (files: readonly BicepFile[]): readonly Finding[] =>
  files.flatMap(({ path, syntaxErrors }) =>
    syntaxErrors.map(({ line, text }) => ({ file: path, line, message: `is not Bicep: ${text}` })),
  );
