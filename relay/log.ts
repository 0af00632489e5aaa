import { pino } from 'pino';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * Writes one event under a stable name such as `intent.applied`. Fields are small and tell which
 * object and how many; never values of attributes, passwords or message bodies.
 */
export type Log = (event: string, fields?: Readonly<Record<string, unknown>>, level?: Level) => void;

/** JSON lines on standard output. The level is written as a word and the time in ISO 8601. */
export function jsonLog(level: Level): Log {
  const logger = pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
  return (event, fields = {}, at = 'info') => logger[at]({ event, ...fields });
}
