import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { propertyOf } from '../../infra/check/bicep/value.ts';
import { readInfra } from '../../infra/check/check.ts';
import { repository } from '../../infra/package/folders.ts';
import { permissions } from '../../infra/setup/index.ts';

const deploy = await readFile(join(repository, 'docs/deploy.md'), 'utf8');

/** What stands in backquotes in the first column of a table. */
const firstColumn = (page: string): readonly string[] =>
  [...page.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

test('docs/deploy.md names every parameter of the deployment, and no other', async () => {
  const main = (await readInfra()).find(({ path }) => path === 'main.bicep');
  const names = (main?.parameters ?? []).map(({ name }) => name);
  const section = deploy.slice(deploy.indexOf('## 2.'), deploy.indexOf('## 3.'));
  expect([...firstColumn(section)].sort()).toEqual([...names].sort());
});

test('docs/deploy.md names every permission that setup can grant, and no other', () => {
  const section = deploy.slice(deploy.indexOf('## 4.'), deploy.indexOf('## 5.'));
  expect([...firstColumn(section)].sort()).toEqual(permissions.map(({ name }) => name).sort());
});

test('docs/deploy.md explains every alert rule, and no other', async () => {
  const alerts = (await readInfra()).find(({ path }) => path === 'modules/alerts.bicep');
  const rules = (alerts?.variables ?? []).flatMap(({ value }) => (value.kind === 'array' ? value.items : []));
  const names = rules.flatMap((rule) => {
    const name = propertyOf(rule, 'name');
    return name?.kind === 'string' ? [name.text] : [];
  });
  expect(names.length).toBeGreaterThan(0);
  const section = deploy.slice(deploy.indexOf('## What is watched'), deploy.indexOf('## Checks'));
  expect([...firstColumn(section)].sort()).toEqual([...names].sort());
});
