import { describe, expect, it } from 'vitest';
import type { Value } from '../../../shared/policy/attributes/table.ts';
import { compileCondition } from '../../../shared/policy/condition/compile.ts';
import { type OperatorName, operatorNames } from '../../../shared/policy/condition/operators.ts';
import type { Clause } from '../../../shared/policy/condition/schema.ts';

const passes = (actual: Value, operator: OperatorName, value?: Clause['value'], ignoreCase = false) =>
  compileCondition({ attribute: 'a', operator, value, ignoreCase })(() => actual).passed;

/** Each operator: a value that passes, the right side, and values that do not. */
const table: Readonly<Record<OperatorName, readonly [Value, Clause['value'], readonly Value[]]>> = {
  equals: ['Sales', 'Sales', ['sales', 'Sales ', '', null, 5]],
  notEquals: ['sales', 'Sales', ['Sales']],
  in: ['a', ['a', 'b'], ['A', 'c', null]],
  notIn: ['c', ['a', 'b'], ['a', 'b']],
  isTrue: [true, undefined, [false, null, 'true']],
  isFalse: [false, undefined, [true, null, '']],
  isNull: [null, undefined, ['x', 0, false, ['x']]],
  isNotNull: [0, undefined, [null, '', []]],
  startsWith: ['PIM-x', 'PIM-', ['pim-x', 'xPIM-', null]],
  notStartsWith: ['x', 'PIM-', ['PIM-x']],
  endsWith: ['x.dev', '.dev', ['x.DEV', '.dev2', null]],
  notEndsWith: ['x', '.dev', ['x.dev']],
  contains: ['abc', 'b', ['aBc', '', null]],
  notContains: ['x', 'b', ['abc']],
  regexMatch: ['app-42-rw', '^app-[0-9]+', ['xapp-42', 'APP-42', null]],
  notRegexMatch: ['x', '^app-[0-9]+', ['app-42']],
  includes: [['a', 'b'], 'b', [['B'], [], null, 'b']],
  notIncludes: [['a'], 'b', [['a', 'b']]],
  greaterThan: [6, 5, [5, 4, null, '6']],
  greaterThanOrEquals: [5, 5, [4, null]],
  lessThan: [4, 5, [5, 6, null]],
  lessThanOrEquals: [5, 5, [6, null]],
};

describe('operator', () => {
  it.each(operatorNames)('%s passes what it should and nothing else', (operator) => {
    const [yes, value, no] = table[operator];
    expect(passes(yes, operator, value)).toBe(true);
    expect(no.filter((actual) => passes(actual, operator, value))).toEqual([]);
  });

  it.each(operatorNames.filter((name) => name.startsWith('not')))(
    '%s passes where the attribute is absent',
    (operator) => {
      expect(passes(null, operator, operator === 'notIn' ? ['x'] : 'x')).toBe(true);
    },
  );

  it('compares without case where the clause says so', () => {
    expect(passes('SALES', 'equals', 'sales', true)).toBe(true);
    expect(passes('PIM-x', 'startsWith', 'pim', true)).toBe(true);
    expect(passes(['A'], 'includes', 'a', true)).toBe(true);
    expect(passes('B', 'in', ['a', 'b'], true)).toBe(true);
    expect(passes('APP-1', 'regexMatch', '^app', true)).toBe(true);
  });

  it('a regular expression that would backtrack for ever elsewhere answers at once', () => {
    expect(passes(`${'a'.repeat(50_000)}!`, 'regexMatch', '^(a+)+$')).toBe(false);
  });
});

describe('a condition', () => {
  const yes: Clause = { attribute: 'yes', operator: 'isTrue' };
  const no: Clause = { attribute: 'no', operator: 'isTrue' };
  const read = (name: string) => name === 'yes';

  it.each([
    [{ all: [yes, yes] }, true],
    [{ all: [yes, no] }, false],
    [{ any: [no, yes] }, true],
    [{ any: [no, no] }, false],
    [{ not: no }, true],
    [{ not: { all: [yes, { any: [no, { not: yes }] }] } }, true],
  ])('%j is %s', (condition, passed) => {
    expect(compileCondition(condition)(read).passed).toBe(passed);
  });

  it('traces every clause with its place and actual value, whatever the others say', () => {
    const { clauses } = compileCondition({ all: [no, { any: [yes, { not: no }] }] })(read);
    expect(clauses.map(({ path, actual, passed }) => [path, actual, passed])).toEqual([
      ['all[0]', false, false],
      ['all[1].any[0]', true, true],
      ['all[1].any[1].not', false, false],
    ]);
  });
});
