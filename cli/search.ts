import type { Command } from 'commander';

/** What a search of the audit is narrowed by. */
export type Search = {
  readonly since?: string;
  readonly before?: string;
  readonly code?: string;
  readonly member?: string;
  readonly limit?: string;
  readonly after?: string;
};

/** The options by which every search of the audit is narrowed. */
export const searchOptions = (command: Command): Command =>
  command
    .option('--since <time>', 'from this time on (2026-03-01T08:00:00Z)')
    .option('--before <time>', 'before this time')
    .option('--code <code>', 'a reason, violation or error code, or the name of an event')
    .option('--member <id>', 'a member that was added or removed: its Entra id, SID or DN')
    .option('--limit <number>', 'entries at most, 1 to 1000', '50')
    .option('--after <cursor>', 'go on where the page before ended');

/** A path with what was given as its query. */
export function searchPath(path: string, search: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const query = new URLSearchParams(Object.fromEntries(given));
  return query.size > 0 ? `${path}?${query}` : path;
}
