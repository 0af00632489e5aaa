import { beforeAll, describe, expect, test } from 'vitest';
import type { BicepFile } from '../../infra/check/bicep/bicep-file.ts';
import { bicepReader, type ReadBicep } from '../../infra/check/bicep/read-bicep.ts';
import { checkAll, type Facts, readFacts, readInfra } from '../../infra/check/check.ts';
import { plantedMistakes } from './planted-mistakes.ts';

let files: readonly BicepFile[];
let facts: Facts;
let read: ReadBicep;

beforeAll(async () => {
  files = await readInfra();
  facts = await readFacts();
  read = await bicepReader();
});

/** What the checks say when one text in one file is replaced by another. */
function afterPlanting(path: string, right: string, wrong: string): readonly string[] {
  const planted = files.map((file) => {
    if (file.path !== path) return file;
    expect(file.text).toContain(right);
    return read(path, file.text.replace(right, wrong));
  });
  return checkAll(planted, facts).map(({ file, message }) => `${file}: ${message}`);
}

test('the infrastructure has no mistake that can be found without a network', () => {
  expect(files.map(({ path }) => path)).toContain('main.bicep');
  expect(checkAll(files, facts)).toEqual([]);
});

describe('a planted mistake is found:', () => {
  test.each(plantedMistakes)('%s', (_name, path, right, wrong, message) => {
    expect(afterPlanting(path, right, wrong).join('\n')).toMatch(message);
  });

  test('a setting in the parameter file that the code does not read', () => {
    const values = { ...facts.values, settings: { SYNC_SPEED: '1' } };
    expect(checkAll(files, { ...facts, values }).map(({ message }) => message)).toEqual([
      'SYNC_SPEED is no setting of the functions. See shared/settings/settings.ts.',
    ]);
  });
});
