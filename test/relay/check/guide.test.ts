import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { titles } from '../../../relay/check/index.ts';
import { RelaySettings } from '../../../relay/settings/settings.ts';
import { loadPolicy } from '../../../shared/policy/index.ts';

const guide = (name: string): Promise<string> => readFile(`docs/${name}`, 'utf8');

/** Names of lines in the cells of a column, such as `rights`. */
const idsIn = (text: string, column: number): readonly string[] =>
  text
    .split('\n')
    .filter((row) => row.startsWith('| '))
    .flatMap((row) => [...(row.split('|')[column] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, id]) => id ?? ''));

describe('the guides', () => {
  test('name every line of the check, and no other', async () => {
    const text = (await guide('prepare.md')).split('## Check')[1] ?? '';
    expect(new Set(idsIn(text, 1))).toEqual(new Set(Object.keys(titles)));
  });

  test('refer only to lines that there are', async () => {
    const text = (await guide('devices.md')).split('## Troubleshoot')[1] ?? '';
    const named = idsIn(text, 2);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((id) => !Object.hasOwn(titles, id))).toEqual([]);
  });

  test('show settings and a policy that are valid', async () => {
    const [settings = '', policy = ''] = [
      ...(await guide('devices.md')).matchAll(/```yaml\n([\s\S]*?)```/g),
    ].map(([, text]) => text);
    const given = {
      name: 'relay-1',
      directory: { urls: ['ldaps://dc1.corp.example'], bindDn: 'svc@corp.example', passwordEnv: 'ANY' },
      serviceBus: { namespace: 'any.servicebus.windows.net' },
      ...parse(settings),
    };
    expect(RelaySettings.parse(given).classes).toEqual(['group', 'device']);
    expect(loadPolicy(policy)).toMatchObject({ ok: true });
  });
});
