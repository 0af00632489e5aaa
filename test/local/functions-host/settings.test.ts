import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseProcessOptions } from '../../../local/functions-host/process-options.ts';
import { createServiceBusClients } from '../../../local/functions-host/service-bus/clients.ts';
import {
  applyAppSettings,
  isDisabled,
  resolveExpressions,
} from '../../../local/functions-host/settings/app-settings.ts';
import { readHostJson } from '../../../local/functions-host/settings/host-json.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'functions-host-'));
});

afterAll(() => rm(directory, { recursive: true }));

const put = (name: string, value: unknown): Promise<void> =>
  writeFile(join(directory, name), JSON.stringify(value));

describe('host.json', () => {
  test('what is left out has the defaults of the Service Bus extension', async () => {
    await put('host.json', { version: '2.0', logging: { anything: true } });
    expect(await readHostJson(directory)).toEqual({
      routePrefix: 'api',
      serviceBus: {
        autoCompleteMessages: true,
        maxAutoLockRenewalDuration: 300_000,
        maxConcurrentCalls: 16,
        maxConcurrentSessions: 8,
        maxMessageBatchSize: 1000,
        sessionIdleTimeout: 60_000,
      },
    });
  });

  test('time spans are read to the fraction of a second', async () => {
    const serviceBus = { sessionIdleTimeout: '00:00:00.25', maxAutoLockRenewalDuration: '1.02:03:04' };
    await put('host.json', { version: '2.0', extensions: { serviceBus } });
    expect((await readHostJson(directory)).serviceBus).toMatchObject({
      sessionIdleTimeout: 250,
      maxAutoLockRenewalDuration: (((24 + 2) * 60 + 3) * 60 + 4) * 1000,
    });
  });

  test('an error names the file, the field and the form', async () => {
    await put('host.json', { version: '2.0', extensions: { serviceBus: { sessionIdleTimeout: '1s' } } });
    await expect(readHostJson(directory)).rejects.toThrow(
      /host\.json is not valid:.*"1s" is not a time span.*sessionIdleTimeout/s,
    );
    await expect(readHostJson(join(directory, 'none'))).rejects.toThrow('A function app needs one');
  });
});

describe('app settings', () => {
  test('given ones win over the environment, which wins over local.settings.json', async () => {
    await put('local.settings.json', { Values: { A: 'file', B: 'file', C: 'file' } });
    const environment = { A: 'environment', B: 'environment' };
    await applyAppSettings(directory, { A: 'given' }, environment);
    expect(environment).toEqual({ A: 'given', B: 'environment', C: 'file' });
  });

  test('an encrypted file is refused with the command that decrypts it', async () => {
    await put('local.settings.json', { IsEncrypted: true, Values: {} });
    await expect(applyAppSettings(directory, {}, {})).rejects.toThrow('func settings decrypt');
  });

  test('expressions are replaced by settings; a missing one is named', () => {
    expect(resolveExpressions('%A%-x-%B%', { A: '1', B: '2' })).toBe('1-x-2');
    expect(() => resolveExpressions('%Gone%', {})).toThrow('Set Gone.');
  });

  test('AzureWebJobs.<name>.Disabled switches a function off', () => {
    expect(isDisabled('tick', { 'AzureWebJobs.tick.Disabled': 'True' })).toBe(true);
    expect(isDisabled('tick', { 'AzureWebJobs.tick.Disabled': 'false' })).toBe(false);
    expect(isDisabled('tick', {})).toBe(false);
  });
});

describe('Service Bus connections', () => {
  const namespaceOf = async (environment: Record<string, string>): Promise<string> => {
    const clients = createServiceBusClients(environment);
    const { fullyQualifiedNamespace } = await clients.client('Bus');
    await clients.close();
    return fullyQualifiedNamespace;
  };
  const connectionString = 'Endpoint=sb://string.example;SharedAccessKeyName=a;SharedAccessKey=b';

  test('a namespace makes an identity-based connection', async () => {
    expect(await namespaceOf({ Bus__fullyQualifiedNamespace: 'identity.example' })).toBe('identity.example');
    const userAssigned = {
      Bus__credential: 'managedidentity',
      Bus__clientId: '4a5c7cf1-9ec8-43d4-a1a5-4b1f9d7f9d1e',
    };
    expect(await namespaceOf({ Bus__fullyQualifiedNamespace: 'identity.example', ...userAssigned })).toBe(
      'identity.example',
    );
  });

  test('a connection string wins over a namespace, and the AzureWebJobs name over the plain one', async () => {
    expect(
      await namespaceOf({ Bus: connectionString, Bus__fullyQualifiedNamespace: 'identity.example' }),
    ).toBe('string.example');
    expect(await namespaceOf({ AzureWebJobsBus: connectionString, Bus: 'nonsense' })).toBe('string.example');
  });

  test('without either both names are told', async () => {
    await expect(namespaceOf({})).rejects.toThrow(
      'Set Bus (a connection string) or Bus__fullyQualifiedNamespace',
    );
  });
});

describe('the options of the process', () => {
  test('flags win over the environment', () => {
    const environment = { FUNCTIONS_PORT: '1', FUNCTIONS_ENTRY: 'env.ts', FUNCTIONS_KEY: 'k' };
    expect(parseProcessOptions(['--port', '2'], environment)).toEqual({
      directory: '.',
      entry: 'env.ts',
      port: 2,
      host: '127.0.0.1',
      logLevel: 'information',
      keys: { host: 'k' },
    });
  });

  test('a wrong value is named', () => {
    expect(() => parseProcessOptions(['--port', '70000'], {})).toThrow(/not valid:.*65535.*port/s);
    expect(() => parseProcessOptions([], { FUNCTIONS_KEYS: '{"master":"m"}' })).toThrow(
      /FUNCTIONS_KEYS is not valid:.*host/s,
    );
  });
});
