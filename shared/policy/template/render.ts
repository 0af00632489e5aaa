import type { AttributeSpace, Read, Value } from '../attributes/table.ts';
import type { TemplateValue } from './functions.ts';
import { parseTemplate } from './parse.ts';
import { type Expression, type Part, TemplateError } from './syntax.ts';

/** A parsed template: gives its text for one object. `quote` is applied to what expressions give. */
export type Template = {
  readonly attributes: readonly string[];
  readonly render: (read: Read, quote?: (text: string) => string) => string;
};

export type TemplateResult =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly message: string };

/** Parses a template; an error says what is wrong and at which character. */
export function compileTemplate(text: string, space: AttributeSpace): TemplateResult {
  try {
    const parts = parseTemplate(text, space);
    return {
      ok: true,
      template: {
        attributes: attributesOf(parts),
        render: (read, quote = (one) => one) =>
          parts
            .map((part) =>
              part.part === 'text' ? part.text : quote(String(evaluate(part.expression, read))),
            )
            .join(''),
      },
    };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, message: error.message };
    throw error;
  }
}

function evaluate(expression: Expression, read: Read): TemplateValue {
  if (expression.is === 'literal') return expression.value;
  if (expression.is === 'attribute') return plain(read(expression.name));
  return expression.function.call(expression.args.map((arg) => evaluate(arg, read)));
}

/** An attribute that is absent is the empty text. */
function plain(value: Value | undefined): string | readonly string[] {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? value : String(value);
}

function attributesOf(parts: readonly Part[]): readonly string[] {
  const names = new Set<string>();
  const visit = (expression: Expression): void => {
    if (expression.is === 'attribute') names.add(expression.name);
    if (expression.is === 'call') expression.args.forEach(visit);
  };
  for (const part of parts) if (part.part === 'expression') visit(part.expression);
  return [...names];
}

/** The text of a template that was validated when the policy was loaded; empty if it was not. */
export function renderTemplate(
  text: string,
  space: AttributeSpace,
  read: Read,
  quote?: (text: string) => string,
): string {
  const result = compileTemplate(text, space);
  return result.ok ? result.template.render(read, quote) : '';
}
