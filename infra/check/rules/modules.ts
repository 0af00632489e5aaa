import type { BicepFile, Module } from '../bicep/bicep-file.ts';
import { propertyOf, type Value } from '../bicep/value.ts';
import type { Finding } from '../finding.ts';

/** Every module gets the parameters that it declares, all that have no default, and no other; outputs that are read exist. */
export function checkModules(files: readonly BicepFile[]): readonly Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return files.flatMap((file) =>
    file.modules.flatMap((module) => {
      const target = byPath.get(module.target);
      const mistakes = target
        ? [...parameterMistakes(module, target), ...outputMistakes(module, file, target)]
        : [`names ${module.target}, which does not exist.`];
      return mistakes.map((mistake) => ({
        file: file.path,
        line: module.line,
        message: `module ${module.symbol} ${mistake}`,
      }));
    }),
  );
}

function parameterMistakes(module: Module, target: BicepFile): readonly string[] {
  const given = namesOf(propertyOf(bodyOf(module.body), 'params'));
  const declared = target.parameters.map(({ name }) => name);
  const needed = target.parameters.filter(({ hasDefault }) => !hasDefault).map(({ name }) => name);
  return [
    ...given
      .filter((name) => !declared.includes(name))
      .map((name) => `gives ${name}, which ${target.path} does not declare.`),
    ...needed
      .filter((name) => !given.includes(name))
      .map((name) => `does not give ${name}, which ${target.path} needs.`),
  ];
}

function outputMistakes({ symbol }: Module, file: BicepFile, target: BicepFile): readonly string[] {
  const declared = target.outputs.map(({ name }) => name);
  const read = [...file.text.matchAll(new RegExp(`\\b${symbol}[!?.]*\\.outputs\\.(\\w+)`, 'g'))].map(
    ([, name = '']) => name,
  );
  return [...new Set(read)]
    .filter((name) => !declared.includes(name))
    .map((name) => `is asked for the output ${name}, which ${target.path} does not have.`);
}

const bodyOf = (body: Value): Value => (body.kind === 'loop' ? body.each : body);

const namesOf = (value: Value | undefined): readonly string[] =>
  value?.kind === 'object' ? value.properties.flatMap(({ name }) => name ?? []) : [];
