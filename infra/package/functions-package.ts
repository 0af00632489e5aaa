import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { formatAlertErrors, loadAlertConfig } from '../../shared/alerts/index.ts';
import { formatPolicyErrors, loadPolicy } from '../../shared/policy/index.ts';
import { bundle } from './bundle.ts';
import { repository } from './folders.ts';
import { notices } from './notices.ts';
import type { Files } from './zip.ts';

export type FunctionsPackage = {
  /** What Azure mounts as /home/site/wwwroot. */
  readonly files: Files;
  /** Stays at home: 3 MB that would lengthen every cold start. */
  readonly sourceMap: Uint8Array;
};

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What an installation chooses and deploys with the code, so that it is reviewed and rolled back with it. */
export type Configuration = {
  /** Without it the default policy, written out, to be read in Azure. */
  readonly policyFile?: string | undefined;
  /** Without it nobody is told of violations. */
  readonly alertsFile?: string | undefined;
};

/**
 * The function app as Azure runs it: one bundle, host.json, a package.json that names the bundle, the
 * configuration, and the licences. The configuration is checked here, because a policy that does not
 * load would stop every evaluation after the deployment.
 */
export async function functionsPackage({ policyFile, alertsFile }: Configuration): Promise<FunctionsPackage> {
  const { name, version, license } = Manifest.parse(JSON.parse(await source('package.json')));
  const policy = await policyText(policyFile);
  const alerts = alertsFile === undefined ? undefined : await alertsText(alertsFile);
  const { code, sourceMap, packages } = await bundle({
    entry: 'functions/index.ts',
    external: ['@azure/functions-core'],
    text: 'small',
  });
  const manifest = { name, version, license, private: true, type: 'module', main: 'index.mjs' };
  return {
    files: {
      'index.mjs': code,
      'host.json': utf8(await source('host.json')),
      'package.json': utf8(`${JSON.stringify(manifest, undefined, 2)}\n`),
      'policy.yaml': utf8(policy),
      ...(alerts !== undefined && { 'alerts.yaml': utf8(alerts) }),
      'THIRD-PARTY-NOTICES.txt': utf8(await notices(packages)),
    },
    sourceMap,
  };
}

const source = (path: string): Promise<string> => readFile(join(repository, path), 'utf8');

async function policyText(file: string | undefined): Promise<string> {
  if (file === undefined) return source('shared/policy/default-policy.yaml');
  const text = await readFile(file, 'utf8');
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error(formatPolicyErrors(loaded.errors, file));
  return text;
}

async function alertsText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const loaded = loadAlertConfig(text);
  if (!loaded.ok) throw new Error(formatAlertErrors(loaded.errors, file));
  return text;
}
