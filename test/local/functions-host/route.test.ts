import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRoutes, parseRoute } from '../../../local/functions-host/http/route.ts';

describe('a route template', () => {
  test.each([
    ['api/a/{id}', '/api/a/x', { id: 'x' }],
    ['api/a/{id}', '/api/a/x/', { id: 'x' }],
    ['api/a/{id}', '/api/a', undefined],
    ['api/a/{id}', '/api/a/x/y', undefined],
    ['api/a/{id?}', '/api/a', {}],
    ['api/{kind}-{id}.json', '/api/group-7.json', { kind: 'group', id: '7' }],
    ['api/{*rest}', '/api/a/b', { rest: 'a/b' }],
    ['api/{*rest}', '/api', {}],
    [
      'api/{id:guid}',
      '/api/0d9f4b1e-7f0a-4f7e-9e46-2b9f3c1f9a11',
      { id: '0d9f4b1e-7f0a-4f7e-9e46-2b9f3c1f9a11' },
    ],
    ['api/{id:guid}', '/api/0d9f4b1e', undefined],
    ['api/{n:int:range(1,9)}', '/api/10', undefined],
    ['api/{n:int:range(1,9)}', '/api/9', { n: '9' }],
    ['api/{s:length(2,3)}', '/api/abcd', undefined],
    ['api/{s:minlength(2)}', '/api/a', undefined],
    ['api/{b:bool?}', '/api/TRUE', { b: 'TRUE' }],
    ['api/(x)+/{id}', '/api/(x)+/1', { id: '1' }],
    ['api/(x)+/{id}', '/api/xx/1', undefined],
  ])('%s for %s gives %o', (template, path, expected) => {
    expect(parseRoute(template).match(path)).toEqual(expected);
  });

  test('any text survives the way through a path segment', () => {
    const route = parseRoute('api/objects/{id}');
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        expect(route.match(`/api/objects/${encodeURIComponent(id)}`)).toEqual({ id });
      }),
    );
  });

  test('an unknown constraint is named with the known ones', () => {
    expect(() => parseRoute('a/{id:regex(x)}')).toThrow('constraint "regex(x)"; the local host knows int, ');
    expect(() => parseRoute('a/{id=5}')).toThrow('cannot read "{id=5}"');
  });
});

test('the more specific route comes first, segment by segment', () => {
  const templates = ['a/{*rest}', 'a/{id}', 'a/{id:int}', 'a/b', 'a/{id}/c', 'a/b/{x}'];
  const sorted = templates.map(parseRoute).sort(compareRoutes);
  expect(sorted.map(({ template }) => template)).toEqual([
    'a/b',
    'a/b/{x}',
    'a/{id:int}',
    'a/{id}',
    'a/{id}/c',
    'a/{*rest}',
  ]);
});
