import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Finding } from '../finding.ts';

/** The functions of Bicep that infra/ uses; each was looked up in the reference of Bicep functions. */
const functions = new Set([
  'cidrSubnet',
  'empty',
  'environment',
  'guid',
  'join',
  'loadJsonContent',
  'loadTextContent',
  'replace',
  'skip',
  'split',
  'subscription',
  'subscriptionResourceId',
  'union',
  'uniqueString',
]);

/** Every name in an expression is declared, and everything declared is used. */
export const checkNames = (files: readonly BicepFile[]): readonly Finding[] =>
  files.flatMap((file) => {
    const declared = [...file.parameters, ...file.variables].map(({ name, line }) => ({ name, line }));
    const symbols = [...file.resources, ...file.modules].map(({ symbol }) => symbol);
    const known = new Set([...declared.map(({ name }) => name), ...symbols]);
    const unknown = file.names
      .filter(({ name, called }) => !(called ? functions : known).has(name))
      .map(({ name, line, called }) => ({
        line,
        message: called
          ? `${name} is no function that infra/check/rules/names.ts knows.`
          : `${name} is not declared.`,
      }));
    const read = new Set(file.names.map(({ name }) => name));
    const unused = declared
      .filter(({ name }) => !read.has(name))
      .map(({ name, line }) => ({ line, message: `${name} is never used.` }));
    return [...unknown, ...unused].map((mistake) => ({ file: file.path, ...mistake }));
  });
