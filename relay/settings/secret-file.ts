import { readFile } from 'node:fs/promises';

/**
 * The secret in a file, without the last line break. Windows writes text with a byte order mark, and PowerShell by
 * `>` in UTF-16: both are read as they are meant.
 */
export async function readSecretFile(file: string): Promise<string> {
  const octets = await readFile(file);
  const encoding = octets[0] === 0xff && octets[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(octets).replace(/\r?\n$/, '');
}
