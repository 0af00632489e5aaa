import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  conversionSteps,
  groupTypeOf,
  isBuiltinGroup,
  mayNest,
  readGroupType,
} from '../../../relay/plan/group-type.ts';

const scopes = ['universal', 'global', 'domainLocal'] as const;
const kind = fc.record({ scope: fc.constantFrom(...scopes), security: fc.boolean() });

describe('groupType', () => {
  test.each([
    ['universal', true, '-2147483640'],
    ['global', true, '-2147483646'],
    ['domainLocal', true, '-2147483644'],
    ['universal', false, '8'],
    ['global', false, '2'],
    ['domainLocal', false, '4'],
  ] as const)('of a %s group (security: %s) is %s', (scope, security, text) => {
    expect(groupTypeOf({ scope, security })).toBe(text);
    expect(readGroupType(text)).toEqual({ scope, security });
  });

  test('is read the same without its sign', () => {
    expect(readGroupType('2147483656')).toEqual({ scope: 'universal', security: true });
  });

  test.each([undefined, '', 'abc', '0', '1.5'])('%j says nothing', (text) => {
    expect(readGroupType(text)).toBeUndefined();
  });

  test('tells the built-in groups of the system', () => {
    expect(isBuiltinGroup('-2147483643')).toBe(true);
    expect(isBuiltinGroup('-2147483640')).toBe(false);
    expect(isBuiltinGroup(undefined)).toBe(false);
  });
});

describe('a conversion', () => {
  test('never asks AD for global to domain local or back, and ends where it should', () => {
    fc.assert(
      fc.property(kind, kind, (from, to) => {
        const way = [groupTypeOf(from), ...conversionSteps(from, to)].map(
          (step) => readGroupType(step)?.scope,
        );
        expect(readGroupType(conversionSteps(from, to).at(-1) ?? groupTypeOf(from))).toEqual(to);
        for (let step = 1; step < way.length; step += 1)
          expect([way[step - 1], way[step]].toSorted()).not.toEqual(['domainLocal', 'global']);
      }),
    );
  });

  test('takes one step where AD allows it, and none where nothing changes', () => {
    expect(
      conversionSteps({ scope: 'global', security: true }, { scope: 'universal', security: false }),
    ).toEqual(['8']);
    expect(conversionSteps({ scope: 'global', security: true }, { scope: 'global', security: true })).toEqual(
      [],
    );
    expect(
      conversionSteps({ scope: 'global', security: true }, { scope: 'domainLocal', security: true }),
    ).toEqual(['-2147483640', '-2147483644']);
  });
});

test('only these groups may be nested', () => {
  const allowed = scopes.flatMap((outer) =>
    scopes.filter((inner) => mayNest(inner, outer)).map((inner) => `${inner} in ${outer}`),
  );
  expect(allowed).toEqual([
    'universal in universal',
    'global in universal',
    'global in global',
    'universal in domainLocal',
    'global in domainLocal',
    'domainLocal in domainLocal',
  ]);
});
