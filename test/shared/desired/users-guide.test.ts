import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { desiredUser } from '../../../shared/desired/index.ts';
import { markerAttributes } from '../../../shared/domain/index.ts';
import { defaultPolicy } from '../../../shared/policy/index.ts';
import { user } from '../policy/world.ts';
import { attributesOf } from './object.ts';

/** The tables of docs/users.md, against what the code writes. */

const guide = readFileSync(new URL('../../../docs/users.md', import.meta.url), 'utf8');
const rows = [...guide.matchAll(/^\| `(\w+)` \| `(\w+)` \| (\d+) \|$/gm)].map(
  ([, attribute = '', property = '', longest]) => ({ attribute, property, longest: Number(longest) }),
);
const { defaults, exchange } = defaultPolicy();
const written = (properties: object) =>
  desiredUser(user({ ...properties }), { ...defaults.users, mail: 'never' }, exchange);

describe('the guide to users', () => {
  it.each(rows)('says rightly that $property becomes $attribute', ({ attribute, property, longest }) => {
    const given = (text: string) => (property === 'businessPhones' ? [text, 'another'] : text);
    const attributes = (text: string) => attributesOf(written({ [property]: given(text) }));
    const full = 'x'.repeat(longest);
    expect(attributes(full)).toMatchObject({ [attribute]: [full] });
    expect(attributes(`${full}y`)).toMatchObject({ [attribute]: [full] });
  });

  it('names every attribute that is written', () => {
    const names = [
      ...written({}).attributes.map(({ name }) => name),
      ...markerAttributes,
      ...['cn', 'sAMAccountName', 'userAccountControl'],
    ];
    const section = guide.split('## What is written')[1]?.split('\n## ')[0] ?? '';
    const told = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(new Set(told)).toEqual(new Set(names));
  });
});
