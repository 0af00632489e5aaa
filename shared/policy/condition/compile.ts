import type { TracedClause } from '../../domain/index.ts';
import type { Read } from '../attributes/table.ts';
import { compileExpression } from './expression.ts';
import { type Expected, operators, testOf } from './operators.ts';
import type { Clause, Condition } from './schema.ts';

/** `passed` is undefined where it depends on something that was not read. */
export type Evaluated = {
  readonly passed: boolean | undefined;
  readonly clauses: readonly TracedClause[];
};

/** A condition that can be asked of many objects. Every clause is evaluated, whatever the others say. */
export type CompiledCondition = (read: Read) => Evaluated;

/** `undefined` is the condition of a rule without `when`: it holds always. */
export function compileCondition(condition: Condition | undefined): CompiledCondition {
  return condition ? compileAt(condition, '') : () => ({ passed: true, clauses: [] });
}

function compileAt(condition: Condition, path: string): CompiledCondition {
  const below = (step: string): string => (path === '' ? step : `${path}.${step}`);
  if ('all' in condition) return combine(condition.all, (index) => below(`all[${index}]`), 'every');
  if ('any' in condition) return combine(condition.any, (index) => below(`any[${index}]`), 'some');
  if ('not' in condition) {
    const inner = compileAt(condition.not, below('not'));
    return (read) => {
      const { passed, clauses } = inner(read);
      return { passed: passed === undefined ? undefined : !passed, clauses };
    };
  }
  return compileClause(condition, path);
}

function combine(
  conditions: readonly Condition[],
  pathOf: (index: number) => string,
  how: 'every' | 'some',
): CompiledCondition {
  const compiled = conditions.map((one, index) => compileAt(one, pathOf(index)));
  return (read) => {
    const results = compiled.map((one) => one(read));
    return { passed: combined[how](results), clauses: results.flatMap(({ clauses }) => clauses) };
  };
}

/** Logic of three values: what is not known counts only where the others do not decide. */
const combined = {
  every: (results: readonly Evaluated[]): boolean | undefined => {
    if (results.some(({ passed }) => passed === false)) return false;
    return results.every(({ passed }) => passed) ? true : undefined;
  },
  some: (results: readonly Evaluated[]): boolean | undefined => {
    if (results.some(({ passed }) => passed)) return true;
    return results.every(({ passed }) => passed === false) ? false : undefined;
  },
} as const;

function compileClause(clause: Clause, path: string): CompiledCondition {
  const { attribute, operator } = clause;
  const expected: Expected = clause.value ?? null;
  const ignoreCase = clause.ignoreCase ?? false;
  const expression =
    operators[operator].operand === 'expression'
      ? compileExpression(String(clause.value), ignoreCase)
      : undefined;
  const matches = expression?.ok ? expression.matches : () => false;
  const test = testOf(operator, expected, ignoreCase, matches);
  return (read) => {
    const value = read(attribute);
    const actual = value ?? null;
    const passed = value === undefined ? undefined : test(value);
    const clause = { path: path || 'when', attribute, operator, expected, actual, passed: passed ?? false };
    return { passed, clauses: [clause] };
  };
}

/** Every attribute that a condition reads. */
export function attributesOf(condition: Condition | undefined): readonly string[] {
  if (!condition) return [];
  if ('all' in condition) return condition.all.flatMap(attributesOf);
  if ('any' in condition) return condition.any.flatMap(attributesOf);
  if ('not' in condition) return attributesOf(condition.not);
  return [condition.attribute];
}
