import { RE2JS } from 're2js';

export type ExpressionResult =
  | { readonly ok: true; readonly matches: (text: string) => boolean }
  | { readonly ok: false; readonly message: string };

/** Longest expression: more is a program, not a pattern. */
const maxLength = 500;

/**
 * Compiles a regular expression in RE2 syntax, which matches in time linear in the text: there are
 * no look-arounds and no back-references, and no expression can hang evaluation.
 */
export function compileExpression(expression: string, ignoreCase: boolean): ExpressionResult {
  if (expression.length > maxLength) {
    return { ok: false, message: `the expression is longer than ${maxLength} characters` };
  }
  try {
    const compiled = RE2JS.compile(expression, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { ok: true, matches: (text) => compiled.test(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      message: `is not a regular expression in RE2 syntax (no look-around, no back-references): ${why}`,
    };
  }
}
