import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../shared/state/index.ts';
import { startAzurite } from './support/azurite.ts';

const putAndGet = async (location: string): Promise<unknown> => {
  const store = await openStore(location);
  await store.put('p', 'k', location, 'any');
  const entry = await store.get('p', 'k');
  await store.close();
  return entry?.value;
};

describe('the location of the state', () => {
  it('may be memory', async () => {
    expect(await putAndGet('memory:')).toBe('memory:');
  });

  it('may be a file, whose folder is made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'open-store-'));
    const location = `file:${join(folder, 'new', 'state.jsonl')}`;
    expect(await putAndGet(location)).toBe(location);
    expect(existsSync(join(folder, 'new', 'state.jsonl'))).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('may be a storage connection string', async () => {
    const azurite = await startAzurite();
    expect(await putAndGet(azurite.connectionString)).toBe(azurite.connectionString);
    await azurite.stop();
  });

  it('may be the address of Azure Table storage, reached with the identity given', async () => {
    const asked: (string | string[])[] = [];
    const credential = {
      getToken: async (scopes: string | string[]) => {
        asked.push(scopes);
        throw new Error('no token here');
      },
    };
    const store = await openStore('https://contoso.table.core.windows.net', { credential });
    await expect(store.get('p', 'k')).rejects.toThrow('no token here');
    expect(asked).toEqual([['https://storage.azure.com/.default']]);
  });

  it.each(['', 'file:', 'redis://secret@host', 'http://contoso.table.core.windows.net'])(
    'is refused as %j with what is allowed, without repeating it',
    async (location) => {
      const error = await openStore(location).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: 'STATE_LOCATION_INVALID' });
      expect(String(error)).toContain('memory:, file:<path>');
      expect(String(error)).not.toContain('secret');
    },
  );
});
