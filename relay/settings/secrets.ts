import type { BusConnection } from '../../shared/bus/index.ts';
import { readSecretFile } from './secret-file.ts';
import type { RelaySettings } from './settings.ts';
import { windowsCredential } from './windows-credential.ts';

/** A secret cannot be had. Names the place, never the value. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

type Places = { readonly file: string | undefined; readonly environment: string | undefined };

/** Reads a secret from its file (without the last line break) or its environment variable. */
async function readSecret(setting: string, { file, environment }: Places): Promise<string> {
  if (environment !== undefined) {
    const value = process.env[environment];
    if (value) return value;
    throw new SecretError(`The environment variable ${environment} (${setting}) is empty. Set it.`);
  }
  try {
    const value = await readSecretFile(file ?? '');
    if (value !== '') return value;
  } catch (cause) {
    throw new SecretError(`The file ${file} (${setting}) cannot be read. Check its path and its rights.`, {
      cause,
    });
  }
  throw new SecretError(`The file ${file} (${setting}) is empty.`);
}

/** The password of the relay account, read anew at every bind, so that it can be rotated. */
export async function passwordOf({ directory }: RelaySettings): Promise<string> {
  const { passwordFile: file, passwordEnv: environment, passwordCredential } = directory;
  if (passwordCredential === undefined) return readSecret('directory.password', { file, environment });
  try {
    const password = await windowsCredential(passwordCredential);
    if (password !== '') return password;
  } catch (error) {
    throw new SecretError(error instanceof Error ? error.message : String(error));
  }
  throw new SecretError(`The Windows credential ${passwordCredential} (directory.password) is empty.`);
}

/** Where the Service Bus is. */
export async function busConnectionOf({ serviceBus }: RelaySettings): Promise<BusConnection> {
  const { namespace, clientId, connectionString, connectionStringFile, connectionStringEnv } = serviceBus;
  if (namespace !== undefined)
    return { fullyQualifiedNamespace: namespace, ...(clientId !== undefined && { clientId }) };
  if (connectionString !== undefined) return { connectionString };
  const places = { file: connectionStringFile, environment: connectionStringEnv };
  return { connectionString: await readSecret('serviceBus.connectionString', places) };
}
