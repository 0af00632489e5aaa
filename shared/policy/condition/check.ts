import type { AttributeSpace } from '../attributes/table.ts';
import { suggest } from '../nearest.ts';
import { compileExpression } from './expression.ts';
import { type OperatorName, operators } from './operators.ts';

type WrittenClause = {
  readonly attribute: string;
  readonly operator: OperatorName;
  readonly value?: unknown;
};

export type ClauseError = { readonly message: string; readonly path: 'operator' | 'value' };

/** What is wrong with a clause that the shape alone does not show. */
export function checkClause(clause: WrittenClause, space: AttributeSpace): readonly ClauseError[] {
  const type = space.typeOf(clause.attribute);
  if (!type) return [];
  const operator = operators[clause.operator];
  const types: readonly string[] = operator.types;
  if (!types.includes(type)) {
    const fit = Object.entries(operators)
      .filter(([, { types }]) => (types as readonly string[]).includes(type))
      .map(([name]) => name);
    const message = `${clause.operator} is not for ${clause.attribute}, which is a ${type}. Use one of: ${fit.join(', ')}.`;
    return [{ message, path: 'operator' }];
  }
  if (operator.operand === 'textOrNumber' && (typeof clause.value === 'number') !== (type === 'number')) {
    return [{ message: `${clause.attribute} is a ${type}, so the value must be one too.`, path: 'value' }];
  }
  if (operator.operand === 'expression') {
    const compiled = compileExpression(String(clause.value), false);
    return compiled.ok ? [] : [{ message: compiled.message, path: 'value' }];
  }
  return impossibleValues(clause, space);
}

/** Values that an attribute with a fixed set of values can never have. */
function impossibleValues(clause: WrittenClause, space: AttributeSpace): readonly ClauseError[] {
  const possible = space.valuesOf(clause.attribute);
  const whole = ['equals', 'notEquals', 'in', 'notIn'].includes(clause.operator);
  if (!possible || !whole) return [];
  const lower = possible.map((one) => one.toLowerCase());
  return [clause.value]
    .flat()
    .map(String)
    .filter((value) => !lower.includes(value.toLowerCase()))
    .map((value) => ({
      message: `${clause.attribute} is never ${JSON.stringify(value)}. ${suggest(value, possible)}`,
      path: 'value',
    }));
}
