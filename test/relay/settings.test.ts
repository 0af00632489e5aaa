import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Budgets } from '../../relay/guard/budgets.ts';
import { loadSettings, parseSettings, problemText } from '../../relay/settings/load-settings.ts';
import { busConnectionOf, passwordOf, SecretError } from '../../relay/settings/secrets.ts';
import { RelaySettings } from '../../relay/settings/settings.ts';

const smallest = {
  name: 'relay-1',
  directory: {
    urls: ['ldaps://dc1.corp.example'],
    bindDn: 'svc@corp.example',
    passwordEnv: 'RELAY_PASSWORD',
  },
  serviceBus: { namespace: 'x.servicebus.windows.net' },
  containers: ['OU=EntraWriteback'],
};

const problemsOf = (text: string): readonly string[] => {
  const parsed = parseSettings(text);
  return parsed.ok ? [] : parsed.problems.map(problemText);
};

describe('relay.yaml', () => {
  test('of the sample is valid, and shows the defaults', async () => {
    const sample = await loadSettings('relay/relay.sample.yaml');
    if (!sample.ok) throw new Error(sample.problems.map(problemText).join('\n'));
    const defaults = RelaySettings.parse(smallest);
    const { adoptOriginals, budgets, mode, classes, holds, health, concurrency, logLevel, keepAppliedDays } =
      sample.settings;
    expect({
      adoptOriginals,
      budgets,
      mode,
      classes,
      holds,
      health,
      concurrency,
      logLevel,
      keepAppliedDays,
    }).toEqual({
      adoptOriginals: defaults.adoptOriginals,
      budgets: defaults.budgets,
      mode: defaults.mode,
      classes: defaults.classes,
      holds: defaults.holds,
      health: defaults.health,
      concurrency: defaults.concurrency,
      logLevel: defaults.logLevel,
      keepAppliedDays: defaults.keepAppliedDays,
    });
  });

  test('starts in stage, with groups only and the default budgets', () => {
    const parsed = parseSettings(stringify(smallest));
    expect(parsed).toMatchObject({
      ok: true,
      settings: { mode: 'stage', classes: ['group'], budgets: Budgets.parse({}) },
    });
  });

  test('tells all its errors at once, each with line, path, value and remedy', () => {
    const text = [
      'name: "my relay!"',
      'mode: fast',
      'directory:',
      '  urls: [http://dc1]',
      '  bindDn: svc',
      '  passwordFile: a',
      '  passwordEnv: B',
      'serviceBus: {}',
      'containers: []',
      'budgets:',
      '  deletions:',
      '    perHour: -1',
      '  delitions: {}',
      'holds: { expireAfterDays: 400 }',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      'line 1, name: is not a name of letters, digits, dots and hyphens (at most 63) (it is "my relay!"). relay.sample.yaml explains it.',
      'line 2, mode: Invalid option: expected one of "run"|"upsert-only"|"stage"|"paused" (it is "fast"). relay.sample.yaml explains it.',
      'line 4, directory.urls.0: is not the address of a domain controller (ldaps://dc1.corp.example, or ldap:// for StartTLS) (it is "http://dc1"). relay.sample.yaml explains it.',
      'line 3, directory: needs exactly one of passwordFile, passwordEnv, passwordCredential. relay.sample.yaml explains it.',
      'line 8, serviceBus: needs exactly one of namespace, connectionStringFile, connectionStringEnv, connectionString. relay.sample.yaml explains it.',
      'line 9, containers: needs at least one container. relay.sample.yaml explains it.',
      'line 12, budgets.deletions.perHour: Too small: expected number to be >=0 (it is -1). relay.sample.yaml explains it.',
      'line 13, budgets.delitions: is not a setting. Look for a typing error; relay.sample.yaml names all settings.',
      'line 14, holds.expireAfterDays: Too big: expected number to be <=90 (it is 400). relay.sample.yaml explains it.',
    ]);
  });

  test('names what is missing', () => {
    expect(problemsOf('name: a\nserviceBus: { namespace: x }\ncontainers: [OU=a]\n')).toEqual([
      'directory: is missing. relay.sample.yaml explains it.',
    ]);
    expect(problemsOf('')).toHaveLength(4);
  });

  test('wants one password and not two', () => {
    const two = { ...smallest, directory: { ...smallest.directory, passwordFile: 'x' } };
    expect(problemsOf(stringify(two))).toEqual([
      'line 2, directory: needs exactly one of passwordFile, passwordEnv, passwordCredential. relay.sample.yaml explains it.',
    ]);
  });

  test('never repeats a secret in an error', () => {
    const secret = { ...smallest, serviceBus: { connectionString: 'SharedAccessKey=hunter2' } };
    const [problem = ''] = problemsOf(stringify(secret));
    expect(problem).toContain('is not a connection string');
    expect(problem).not.toContain('hunter2');
  });

  test('that is no YAML says where', () => {
    expect(problemsOf('name: a\nmode: [run\n')[0]).toMatch(/^line \d+: .*Mend the YAML/);
  });

  test('that is not there says how to get one', async () => {
    const loaded = await loadSettings('/nowhere/relay.yaml');
    expect(loaded.ok ? '' : loaded.problems.map(problemText).join()).toMatch(
      /ENOENT.*Copy relay\/relay\.sample\.yaml/,
    );
  });
});

describe('paths and secrets', () => {
  test('are found relative to the file, without the last line break', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relay-settings-'));
    const directory = { ...smallest.directory, passwordEnv: undefined, passwordFile: 'password.txt' };
    const serviceBus = { connectionStringFile: 'bus.txt' };
    await writeFile(join(folder, 'relay.yaml'), stringify({ ...smallest, directory, serviceBus }));
    await writeFile(join(folder, 'password.txt'), ' secret \r\n');
    await writeFile(join(folder, 'bus.txt'), 'Endpoint=sb://x\n');
    const loaded = await loadSettings(join(folder, 'relay.yaml'));
    if (!loaded.ok) throw new Error(loaded.problems.map(problemText).join('\n'));
    expect(loaded.settings.stateDirectory).toBe(join(folder, 'state'));
    expect(await passwordOf(loaded.settings)).toBe(' secret ');
    expect(await busConnectionOf(loaded.settings)).toEqual({ connectionString: 'Endpoint=sb://x' });
    await writeFile(join(folder, 'password.txt'), 'rotated');
    expect(await passwordOf(loaded.settings)).toBe('rotated');
    for (const encoding of ['utf8', 'utf16le'] as const) {
      await writeFile(join(folder, 'password.txt'), '\ufeffwritten by Windows\r\n', encoding);
      expect(await passwordOf(loaded.settings)).toBe('written by Windows');
    }
    await rm(folder, { recursive: true });
    await expect(passwordOf(loaded.settings)).rejects.toThrow(SecretError);
    await expect(passwordOf(loaded.settings)).rejects.toThrow(
      /password\.txt \(directory\.password\) cannot be read/,
    );
  });

  test('from an empty environment variable are an error that names it', async () => {
    const settings = RelaySettings.parse({
      ...smallest,
      directory: { ...smallest.directory, passwordEnv: 'SURELY_NOT_SET' },
    });
    await expect(passwordOf(settings)).rejects.toThrow(/SURELY_NOT_SET \(directory\.password\) is empty/);
  });

  test('from a Windows credential are an error elsewhere, and its name cannot be more than a name', async () => {
    const { passwordEnv: _, ...directory } = smallest.directory;
    const named = (passwordCredential: string) => ({
      ...smallest,
      directory: { ...directory, passwordCredential },
    });
    expect(problemsOf(stringify(named('x"; whoami')))).toEqual([
      expect.stringContaining('passwordCredential: is not the name of a credential'),
    ]);
    await expect(passwordOf(RelaySettings.parse(named('EntraWriteback')))).rejects.toThrow(
      process.platform === 'win32' ? /cmdkey \/generic:EntraWriteback/ : /can be read on Windows only/,
    );
  });

  test('a namespace is reached with an identity', async () => {
    expect(await busConnectionOf(RelaySettings.parse(smallest))).toEqual({
      fullyQualifiedNamespace: 'x.servicebus.windows.net',
    });
  });
});
