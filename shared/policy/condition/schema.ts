import { z } from 'zod';
import { type AttributeSpace, extensionPattern } from '../attributes/table.ts';
import { suggest } from '../nearest.ts';
import { checkClause } from './check.ts';
import { type Operand, type OperatorName, operatorNames, operators } from './operators.ts';

/** One comparison, as it is written in a policy. */
export type Clause = {
  readonly attribute: string;
  readonly operator: OperatorName;
  readonly value?: string | number | readonly string[] | undefined;
  readonly ignoreCase?: boolean | undefined;
};

/** A clause, or clauses under `all`, `any` and `not`. */
export type Condition =
  | Clause
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

const named = (...operands: readonly Operand[]): [OperatorName, ...OperatorName[]] => {
  const [first, ...rest] = operatorNames.filter((name) => operands.includes(operators[name].operand));
  if (!first) throw new Error(`no operator takes ${operands.join(' or ')}`);
  return [first, ...rest];
};

const ignoreCase = z.boolean().optional().describe('Compare without regard to case.');

/**
 * The schema of conditions over the attributes of one kind of object. Each clause is checked by
 * itself (attribute known, operator fit for its type, value possible), so that all errors of a file
 * are found at once.
 */
export function conditionSchema(space: AttributeSpace, id: string): z.ZodType<Condition> {
  const attribute = z
    .string()
    .refine((name) => space.typeOf(name) !== undefined, {
      error: ({ input }) =>
        `there is no attribute ${JSON.stringify(input)}. ${suggest(String(input), space.names)}`,
    })
    .meta({ id: `${id}Attribute`, anyOf: [{ enum: space.names }, { pattern: extensionPattern.source }] });
  const clause = z
    .discriminatedUnion(
      'operator',
      [
        z.strictObject({ attribute, operator: z.enum(named('none')) }),
        z.strictObject({ attribute, operator: z.enum(named('text')), value: z.string(), ignoreCase }),
        z.strictObject({ attribute, operator: z.enum(named('expression')), value: z.string(), ignoreCase }),
        z.strictObject({
          attribute,
          operator: z.enum(named('texts')),
          value: z.array(z.string()).min(1),
          ignoreCase,
        }),
        z.strictObject({
          attribute,
          operator: z.enum(named('textOrNumber')),
          value: z.union([z.string(), z.number()], { error: 'must be a text or a number' }),
          ignoreCase,
        }),
        z.strictObject({ attribute, operator: z.enum(named('number')), value: z.number() }),
      ],
      { error: unknownOperator },
    )
    .superRefine((written, context) => {
      for (const { message, path } of checkClause(written, space)) {
        context.addIssue({ code: 'custom', message, path: [path] });
      }
    });
  const condition: z.ZodType<Condition> = z.lazy(() =>
    z.union(
      [
        clause,
        z.strictObject({ all: z.array(condition).min(1) }),
        z.strictObject({ any: z.array(condition).min(1) }),
        z.strictObject({ not: condition }),
      ],
      { error: ({ input }) => (isRecognisable(input) ? undefined : conditionHelp) },
    ),
  );
  return condition.meta({ id });
}

const conditionHelp =
  'is no condition: write { attribute: …, operator: …, value: … }, or all, any or not with conditions in it';

const isRecognisable = (input: unknown): boolean =>
  typeof input === 'object' &&
  input !== null &&
  ['attribute', 'operator', 'all', 'any', 'not'].some((key) => key in input);

function unknownOperator({ input }: { readonly input?: unknown }): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  if (!('operator' in input)) return `is missing. Known are: ${operatorNames.join(', ')}.`;
  const written = String(input.operator);
  return `there is no operator ${JSON.stringify(written)}. ${suggest(written, operatorNames)}`;
}
