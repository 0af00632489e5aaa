import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { RelaySettings } from './settings.ts';

/** One thing wrong with relay.yaml: where it stands, what it is and how to mend it. */
export type SettingsProblem = {
  readonly line: number | undefined;
  /** Such as `budgets.deletions.perHour`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
};

export type LoadedSettings =
  | { readonly ok: true; readonly settings: RelaySettings }
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] };

/** Reads relay.yaml. Paths in it are relative to the file. All problems are answered at once. */
export async function loadSettings(file: string): Promise<LoadedSettings> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${why}. Copy relay/relay.sample.yaml and adapt it, or give the path with --config.`;
    return { ok: false, problems: [{ line: undefined, path: '', message }] };
  }
  const parsed = parseSettings(text);
  return parsed.ok
    ? { ok: true, settings: withAbsolutePaths(parsed.settings, dirname(resolve(file))) }
    : parsed;
}

/** Reads the text of a relay.yaml. */
export function parseSettings(text: string): LoadedSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({
      line: lines.linePos(pos[0]).line,
      path: '',
      message: `${message}. Mend the YAML; strings with special characters need quotes.`,
    }));
    return { ok: false, problems };
  }
  const parsed = RelaySettings.safeParse(document.toJS() ?? {});
  if (parsed.success) return { ok: true, settings: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, document, lines));
  return { ok: false, problems };
}

/** A problem on one line: `line 12, budgets.relays: …`. */
export const problemText = ({ line, path, message }: SettingsProblem): string =>
  [line === undefined ? '' : `line ${line}`, path].filter((part) => part !== '').join(', ') +
  (line === undefined && path === '' ? message : `: ${message}`);

function problemsOf(
  issue: z.core.$ZodIssue,
  document: Document,
  lines: LineCounter,
): readonly SettingsProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: lineOf(document, [...path, key], lines),
      path: [...path, key].join('.'),
      message: 'is not a setting. Look for a typing error; relay.sample.yaml names all settings.',
    }));
  }
  const value = document.getIn(path);
  const given =
    isSecret(path) || value === undefined || typeof value === 'object'
      ? ''
      : ` (it is ${JSON.stringify(value)})`;
  const missing = value === undefined && issue.code === 'invalid_type';
  const message = missing
    ? 'is missing. relay.sample.yaml explains it.'
    : `${issue.message}${given}. relay.sample.yaml explains it.`;
  return [{ line: lineOf(document, path, lines), path: path.join('.'), message }];
}

const isSecret = (path: readonly string[]): boolean => /connectionString|password/i.test(path.join('.'));

/** The line of the key, or of what it should stand in. */
function lineOf(document: Document, path: readonly string[], lines: LineCounter): number | undefined {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => keyText(pair.key) === path[depth - 1])?.key
      : undefined;
    const node = isNode(key) ? key : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

const isNode = (node: unknown): node is Node => typeof node === 'object' && node !== null && 'range' in node;

function withAbsolutePaths(settings: RelaySettings, folder: string): RelaySettings {
  const { directory, serviceBus } = settings;
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path));
  return RelaySettings.parse({
    ...settings,
    stateDirectory: resolve(folder, settings.stateDirectory),
    directory: {
      ...directory,
      caFile: absolute(directory.caFile),
      passwordFile: absolute(directory.passwordFile),
    },
    serviceBus: { ...serviceBus, connectionStringFile: absolute(serviceBus.connectionStringFile) },
  });
}
