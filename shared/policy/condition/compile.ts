import type { TracedClause } from '../../domain/index.ts';
import type { Read } from '../attributes/table.ts';
import { compileExpression } from './expression.ts';
import { type Expected, operators, testOf } from './operators.ts';
import type { Clause, Condition } from './schema.ts';

export type Evaluated = { readonly passed: boolean; readonly clauses: readonly TracedClause[] };

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
      return { passed: !passed, clauses };
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
    return {
      passed: results[how](({ passed }) => passed),
      clauses: results.flatMap(({ clauses }) => clauses),
    };
  };
}

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
    const actual = read(attribute);
    const passed = test(actual);
    return { passed, clauses: [{ path: path || 'when', attribute, operator, expected, actual, passed }] };
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
