import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RelaySettings } from '../../relay/settings/settings.ts';
import { ViolationCode } from '../../shared/domain/index.ts';
import { textOf } from './pages.ts';

/** Keys of a JSON Schema, with those inside them: `budgets`, `budgets.creations` … */
type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly allOf?: readonly Schema[] };
const keysOf = (schema: Schema): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [name, ...keysOf(inner)]);

describe('the references', () => {
  it.each(ViolationCode.options)('%s has a meaning and a remedy', (code) => {
    const row = textOf('docs/reference/reason-codes.md')
      .split('\n')
      .find((line) => new RegExp(`^\\| \`${code}\` \\| (critical|error|warning|information) \\|`).test(line));
    const [, , , meaning = '', remedy = ''] = row?.split('|').map((cell) => cell.trim()) ?? [];
    expect([meaning, remedy]).toEqual([expect.stringMatching(/\w.*\.$/), expect.stringMatching(/\w.*\.$/)]);
  });

  it('explain every setting of relay.yaml in its sample', () => {
    const sample = textOf('relay/relay.sample.yaml');
    const keys = keysOf(z.toJSONSchema(RelaySettings, { io: 'input', unrepresentable: 'any' }) as Schema);
    expect(keys.length).toBeGreaterThan(40);
    const missing = keys.filter((key) => !new RegExp(`(^|[ {,#])${key}:`, 'm').test(sample));
    expect(missing).toEqual([]);
  });
});
