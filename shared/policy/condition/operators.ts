import type { AttributeType, Value } from '../attributes/table.ts';

/** What the right side of an operator is. */
export type Operand = 'none' | 'text' | 'texts' | 'textOrNumber' | 'number' | 'expression';

export type Operator = {
  readonly operand: Operand;
  readonly types: readonly AttributeType[];
  readonly about: string;
};

const anyType: readonly AttributeType[] = ['text', 'boolean', 'number', 'list'];

/**
 * The operators of a clause, with the names of Entra Cloud Sync scoping filters where it has one.
 * As there, texts are compared with case unless the clause says `ignoreCase: true`.
 */
export const operators = {
  equals: { operand: 'textOrNumber', types: ['text', 'number'], about: 'is exactly' },
  notEquals: { operand: 'textOrNumber', types: ['text', 'number'], about: 'is not; also true where absent' },
  in: { operand: 'texts', types: ['text'], about: 'is one of' },
  notIn: { operand: 'texts', types: ['text'], about: 'is none of; also true where absent' },
  isTrue: { operand: 'none', types: ['boolean'], about: 'is true' },
  isFalse: { operand: 'none', types: ['boolean'], about: 'is false; absent is not false' },
  isNull: { operand: 'none', types: anyType, about: 'is absent or empty' },
  isNotNull: { operand: 'none', types: anyType, about: 'is there and not empty' },
  startsWith: { operand: 'text', types: ['text'], about: 'begins with' },
  notStartsWith: { operand: 'text', types: ['text'], about: 'does not begin with; also true where absent' },
  endsWith: { operand: 'text', types: ['text'], about: 'ends with' },
  notEndsWith: { operand: 'text', types: ['text'], about: 'does not end with; also true where absent' },
  contains: { operand: 'text', types: ['text'], about: 'has somewhere in it' },
  notContains: { operand: 'text', types: ['text'], about: 'has nowhere in it; also true where absent' },
  regexMatch: {
    operand: 'expression',
    types: ['text'],
    about: 'matches the regular expression somewhere (RE2 syntax, linear time)',
  },
  notRegexMatch: {
    operand: 'expression',
    types: ['text'],
    about: 'matches the regular expression nowhere; also true where absent',
  },
  includes: { operand: 'text', types: ['list'], about: 'one of its values is' },
  notIncludes: { operand: 'text', types: ['list'], about: 'none of its values is; also true where absent' },
  greaterThan: { operand: 'number', types: ['number'], about: 'is greater than' },
  greaterThanOrEquals: { operand: 'number', types: ['number'], about: 'is at least' },
  lessThan: { operand: 'number', types: ['number'], about: 'is less than' },
  lessThanOrEquals: { operand: 'number', types: ['number'], about: 'is at most' },
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators;
export const operatorNames = Object.keys(operators) as readonly OperatorName[];

/** What a clause compares with, once it is validated. */
export type Expected = string | number | readonly string[] | null;

/** An operator whose right side is fixed and that can be asked of many values. */
export type Test = (actual: Value) => boolean;

const isAbsent = (actual: Value): boolean =>
  actual === null || actual === '' || (typeof actual === 'object' && actual.length === 0);

/**
 * The test of a clause. `matches` is the compiled expression of regexMatch and notRegexMatch. Total:
 * a value of another type than the operator is for passes only negations.
 */
export function testOf(
  operator: OperatorName,
  expected: Expected,
  ignoreCase: boolean,
  matches: (text: string) => boolean,
): Test {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const wanted = typeof expected === 'string' ? fold(expected) : '';
  const onText =
    (test: (text: string) => boolean): Test =>
    (actual) =>
      typeof actual === 'string' && test(fold(actual));
  const onNumber =
    (test: (actual: number, limit: number) => boolean): Test =>
    (actual) =>
      typeof actual === 'number' && typeof expected === 'number' && test(actual, expected);
  const not =
    (test: Test): Test =>
    (actual) =>
      !test(actual);
  const equals: Test = (actual) =>
    typeof expected === 'number'
      ? actual === expected
      : typeof actual === 'string' && fold(actual) === wanted;
  const isIn = onText((text) => typeof expected === 'object' && (expected ?? []).map(fold).includes(text));
  const includes: Test = (actual) =>
    typeof actual === 'object' && (actual ?? []).some((one) => fold(one) === wanted);
  const regexMatch: Test = (actual) => typeof actual === 'string' && matches(actual);
  const tests: Readonly<Record<OperatorName, Test>> = {
    equals,
    notEquals: not(equals),
    in: isIn,
    notIn: not(isIn),
    isTrue: (actual) => actual === true,
    isFalse: (actual) => actual === false,
    isNull: isAbsent,
    isNotNull: not(isAbsent),
    startsWith: onText((text) => text.startsWith(wanted)),
    notStartsWith: not(onText((text) => text.startsWith(wanted))),
    endsWith: onText((text) => text.endsWith(wanted)),
    notEndsWith: not(onText((text) => text.endsWith(wanted))),
    contains: onText((text) => text.includes(wanted)),
    notContains: not(onText((text) => text.includes(wanted))),
    regexMatch,
    notRegexMatch: not(regexMatch),
    includes,
    notIncludes: not(includes),
    greaterThan: onNumber((actual, limit) => actual > limit),
    greaterThanOrEquals: onNumber((actual, limit) => actual >= limit),
    lessThan: onNumber((actual, limit) => actual < limit),
    lessThanOrEquals: onNumber((actual, limit) => actual <= limit),
  };
  return tests[operator];
}
