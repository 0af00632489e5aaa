import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { alertsJsonSchema } from '../shared/alerts/index.ts';
import { policyJsonSchema } from '../shared/policy/file/known-keys.ts';
import { reasonCodesPage } from '../shared/policy/reference/reason-codes-page.ts';
import { sampleSettings, settingsPage } from '../shared/settings/reference.ts';

/**
 * Writes what is generated from the code: `node docs/generate.ts`. A test fails where a file is stale.
 */
export type GeneratedFile = { readonly path: string; readonly text: string };

const root = new URL('../', import.meta.url);

export function generatedFiles(): readonly GeneratedFile[] {
  const defaultPolicy = readFileSync(new URL('shared/policy/default-policy.yaml', root), 'utf8');
  const files = [
    { path: 'docs/reference/policy-schema.json', text: `${JSON.stringify(policyJsonSchema(), null, 2)}\n` },
    {
      path: 'docs/reference/alerts-schema.json',
      text: `${JSON.stringify(alertsJsonSchema(), null, 2)}\n`,
    },
    { path: 'docs/reference/reason-codes.md', text: reasonCodesPage() },
    { path: 'docs/reference/settings.md', text: settingsPage() },
    { path: 'local.settings.sample.json', text: sampleSettings() },
    { path: 'shared/policy/default-policy.ts', text: embedded(defaultPolicy) },
  ];
  return files.map(({ path, text }) => ({ path, text: path.endsWith('.md') ? text : formatted(path, text) }));
}

/** As the formatter writes it, so that the files pass the same check as all others. */
const formatted = (path: string, text: string): string =>
  execFileSync(
    fileURLToPath(new URL('node_modules/.bin/biome', root)),
    ['format', `--stdin-file-path=${path}`],
    {
      cwd: fileURLToPath(root),
      input: text,
      encoding: 'utf8',
    },
  );

/** The default policy as a constant, so that the core needs no file to be read and bundles hold it. */
const embedded = (text: string): string =>
  [
    '/** Generated from default-policy.yaml by docs/generate.ts; change that file. */',
    `export const defaultPolicyText = \`${text.replace(/[`\\]|\$\{/g, (found) => `\\${found}`)}\`;\n`,
  ].join('\n');

if (import.meta.main) {
  for (const { path, text } of generatedFiles()) {
    writeFileSync(new URL(path, root), text);
    console.log(path);
  }
}
