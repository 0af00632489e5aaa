import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { complaintsOf } from './issues.ts';
import { knownKeys } from './known-keys.ts';
import { type PolicyError, pathText } from './policy-error.ts';
import { at, positionOf } from './positions.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly PolicyError[] };

/** Largest policy file: a policy is written by hand. */
const maxLength = 1_000_000;

/**
 * Reads YAML (JSON is YAML too) and validates it. All errors come at once, in the order of the file,
 * each with its line, path, value and remedy. `undefined` is an empty file.
 */
export function parsePolicyText<T>(text: string, schema: z.ZodType<T>): Parsed<T | undefined> {
  if (text.length > maxLength) {
    return failed([fileError(1, 1, `is longer than ${maxLength} characters.`, 'Write fewer, wider rules.')]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return failed(
      document.errors.map((error) => {
        const { line, column } = at(lines, error.pos[0]);
        if (error.code === 'MULTIPLE_DOCS')
          return fileError(line, column, 'A second document begins.', 'Write one, without a line of ---.');
        return fileError(line, column, `${error.message.replace(/\.?$/, '.')}`, 'Mend the YAML here.');
      }),
    );
  }
  const value = contentOf(document);
  if (!value.ok) return failed([fileError(1, 1, value.message, 'Write the values out.')]);
  if (value.content === null || value.content === undefined) return { ok: true, value: undefined };
  const result = schema.safeParse(value.content, { reportInput: true });
  const duplicates = duplicateRules(value.content);
  if (result.success && duplicates.length === 0) return { ok: true, value: result.data };
  const complaints = result.success ? [] : complaintsOf(result.error.issues, knownKeys);
  const errors = [...complaints, ...duplicates].map(({ path, atKey, message, remedy }) => ({
    ...positionOf(document, lines, path, atKey),
    path: pathText(path),
    value: shown(document.getIn(path)),
    message,
    remedy,
  }));
  return failed(errors.toSorted((one, other) => one.line - other.line || one.column - other.column));
}

const failed = (errors: readonly PolicyError[]) => ({ ok: false, errors }) as const;

const fileError = (line: number, column: number, message: string, remedy: string): PolicyError => ({
  line,
  column,
  path: '',
  value: undefined,
  message,
  remedy,
});

/** Aliases that multiply beyond all measure make toJS throw; that is an error of the file. */
function contentOf(
  document: Document.Parsed,
): { readonly ok: true; readonly content: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, content: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? `${error.message}.` : String(error) };
  }
}

/** Rules are named in decisions and alerts, so a name must say which one. */
function duplicateRules(content: unknown) {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([list, rules]) => {
    if (!Array.isArray(rules)) return [];
    const names = rules.map((rule: unknown) =>
      typeof rule === 'object' && rule !== null && 'rule' in rule ? rule.rule : undefined,
    );
    return names.flatMap((name, index) =>
      typeof name === 'string' && names.indexOf(name) < index
        ? [
            {
              path: [list, index, 'rule'],
              atKey: false,
              message: `${list}[${names.indexOf(name)}] has the same name.`,
              remedy: 'Give each rule a name of its own.',
            },
          ]
        : [],
    );
  });
}

/** A value as it is shown in an error: short, and never more than one line. */
function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value) ?? '';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
