import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Finding } from '../finding.ts';

/** Functions and properties of Azure that answer with a secret. */
const secretSource =
  /\blist[A-Z]\w*\(|\b((primary|secondary)?connectionString|instrumentationKey|primaryKey|secondaryKey)\b/i;
const secretName = /secret|password|connection_?string|client_?state|access_?key|\btoken\b/i;

/** Outputs are kept in the history of deployments, for every reader of the subscription. None may be a secret. */
export const checkOutputs = (files: readonly BicepFile[]): readonly Finding[] =>
  files.flatMap((file) => {
    const secrets = secretsOf(file);
    return file.outputs.flatMap(({ name, line, expression }) => {
      const why = secretName.test(name)
        ? 'is named like a secret'
        : holdsSecret(expression, secrets)
          ? 'shows a secret'
          : undefined;
      const message = `output ${name} ${why}. Let the reader ask the resource for it.`;
      return why === undefined ? [] : [{ file: file.path, line, message }];
    });
  });

/** Secure parameters, and variables made of them or of other secrets. */
function secretsOf({ parameters, variables }: BicepFile): ReadonlySet<string> {
  const secrets = new Set(parameters.filter(({ secure }) => secure).map(({ name }) => name));
  for (let known = -1; known !== secrets.size; ) {
    known = secrets.size;
    for (const { name, expression } of variables) if (holdsSecret(expression, secrets)) secrets.add(name);
  }
  return secrets;
}

const holdsSecret = (expression: string, secrets: ReadonlySet<string>): boolean =>
  secretSource.test(expression) || (expression.match(/\w+/g) ?? []).some((word) => secrets.has(word));
