/** How loud a log event is. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * Writes one event. `event` is a stable name such as `change.decided`; fields are small and never
 * hold secrets, whole objects or message bodies.
 */
export type Log = (event: string, fields: Readonly<Record<string, unknown>>, level?: Level) => void;

/** One line of JSON for an event: what hosts print and Application Insights keeps. */
export const logLine = (event: string, fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ event, ...fields });
