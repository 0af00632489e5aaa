import { readFile, stat } from 'node:fs/promises';
import { formatAlertErrors, loadAlertConfig } from './load.ts';
import type { AlertConfig } from './schema.ts';

/** The routes in force, and what is wrong with a newer file that does not load. */
export type AlertConfigState = {
  readonly config: AlertConfig | undefined;
  readonly problem: string | undefined;
};

/**
 * alerts.yaml from a file, read again when it changes. A file that does not load leaves the last valid
 * one in force; where there is none, alerts are kept until the file is mended.
 */
export function alertsFile(path: string | undefined): () => Promise<AlertConfigState> {
  if (!path) return async () => ({ config: undefined, problem: undefined });
  let stamp: string | undefined;
  let state: AlertConfigState = { config: undefined, problem: undefined };
  return async () => {
    const found = await stampOf(path);
    if (found === stamp) return state;
    const loaded = found === '' ? unreadable(path) : loadAlertConfig(await readFile(path, 'utf8'));
    state = loaded.ok
      ? { config: loaded.config, problem: undefined }
      : { config: state.config, problem: formatAlertErrors(loaded.errors, path) };
    stamp = found;
    return state;
  };
}

const stampOf = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.mtimeMs}:${found.size}:${found.ino}` : '';
};

const unreadable = (path: string) => ({
  ok: false as const,
  errors: [
    {
      line: 1,
      column: 1,
      path: '',
      value: undefined,
      message: `${path} cannot be read.`,
      remedy: 'Correct the setting ALERTS_FILE.',
    },
  ],
});
