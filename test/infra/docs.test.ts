import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { propertyOf, type Value } from '../../infra/check/bicep/value.ts';
import { readInfra } from '../../infra/check/check.ts';
import { repository } from '../../infra/package/folders.ts';
import { permissions } from '../../infra/setup/index.ts';

const deploy = await readFile(join(repository, 'docs/deploy.md'), 'utf8');
const page = await readFile(join(repository, 'docs/permissions.md'), 'utf8');

const textOf = (value: string | Value | undefined): string =>
  typeof value === 'string' ? value : value?.kind === 'string' ? value.text : '';

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

test('docs/permissions.md names every permission that setup can grant with its feature, and no other', () => {
  const section = page.slice(page.indexOf('## Microsoft Graph'), page.indexOf('## Azure'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => {
    const [, names = '', feature = ''] = row.split('|').map((cell) => cell.trim());
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name} ${feature}`);
  });
  const known = permissions.map(({ name, feature }) => `${name} ${feature ?? 'always'}`);
  expect([...named].sort()).toEqual([...known].sort());
});

test('docs/permissions.md names every role that is given, on every queue, and no other', async () => {
  const file = (await readInfra()).find(({ path }) => path === 'modules/service-bus.bicep');
  const given = ['app', 'relay'].flatMap((who) => {
    const value = file?.variables.find(({ name }) => name === `${who}Grants`)?.value;
    const items = value?.kind === 'array' ? value.items : [];
    return items.map((item) =>
      [who, propertyOf(item, 'queue'), propertyOf(item, 'role')].map(textOf).join(' '),
    );
  });
  const section = page.slice(page.indexOf('## Azure'), page.indexOf('## Active Directory'));
  const told = [...section.matchAll(/^\| (functions|relay) \| queues? (.+?) \| (.+?) \|/gm)].flatMap(
    ([, who, queues = '', roles = '']) =>
      [...queues.matchAll(/`(\w+)`/g)].flatMap(([, queue]) =>
        roles.split(', ').map((role) => `${who === 'relay' ? 'relay' : 'app'} ${queue} ${role}`),
      ),
  );
  expect(given.length).toBeGreaterThan(8);
  expect([...told].sort()).toEqual([...given].sort());
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
