import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Complaint, complaintsOf } from '../../policy/file/issues.ts';
import { formatPolicyErrors, type PolicyError, pathText } from '../../policy/file/policy-error.ts';
import { at, positionOf } from '../../policy/file/positions.ts';
import { suggest } from '../../policy/nearest.ts';
import { knownKeys } from './known-keys.ts';
import { contradictions } from './references.ts';
import { AlertConfig } from './schema.ts';

/** One thing wrong with alerts.yaml: line, path, value, what it is and how to mend it. */
export type AlertConfigError = PolicyError;

export type AlertConfigResult =
  | { readonly ok: true; readonly config: AlertConfig }
  | { readonly ok: false; readonly errors: readonly AlertConfigError[] };

/** Reads the text of an alerts.yaml. All errors come at once, in the order of the file. */
export function loadAlertConfig(text: string): AlertConfigResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const errors = document.errors.map(({ message, pos }) => ({
      ...at(lines, pos[0]),
      path: '',
      value: undefined,
      message: message.replace(/\.?$/, '.'),
      remedy: 'Mend the YAML here.',
    }));
    return { ok: false, errors };
  }
  const read = AlertConfig.safeParse(contentOf(document) ?? {}, { reportInput: true });
  const complaints = read.success ? contradictions(read.data) : read.error.issues.flatMap(complaintOf);
  if (read.success && complaints.length === 0) return { ok: true, config: read.data };
  const place = ({ path, atKey, message, remedy }: Complaint): AlertConfigError => ({
    ...positionOf(document, lines, path, atKey),
    path: pathText(path),
    value: shown(document.getIn(path), path),
    message,
    remedy,
  });
  const errors = complaints.map(place).toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, errors };
}

/** The errors, one per line, as compilers print them. */
export const formatAlertErrors = (errors: readonly AlertConfigError[], file = 'alerts.yaml'): string =>
  formatPolicyErrors(errors, file);

/** A word that is not on a list gets the nearest one as advice: lists such as that of the codes are long. */
function complaintOf(issue: z.core.$ZodIssue): readonly Complaint[] {
  if (issue.code !== 'invalid_value' || issue.input === undefined) return complaintsOf([issue], knownKeys);
  const known = issue.values.map(String);
  const remedy = suggest(String(issue.input), known);
  return [{ path: issue.path, atKey: false, message: 'is not known here.', remedy }];
}

/** Aliases that multiply beyond measure make toJS throw; nothing of such a file is used. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

/** A secret pasted where the name of a setting belongs must not be repeated. */
function shown(value: unknown, path: readonly PropertyKey[]): string | undefined {
  if (value === undefined || typeof value === 'object') return undefined;
  if (path[0] === 'channels') return undefined;
  const text = JSON.stringify(value) ?? '';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
