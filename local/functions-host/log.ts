import type { LogLevel } from './core/protocol.ts';

/** One thing that happened in the host or that the app logged. Serialises to one line of JSON. */
export type LogEntry = {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: LogLevel;
  /** What happened, stable for programs: `app.log`, `invocation.failed`, `receiver.failed`, … */
  readonly event: string;
  readonly message: string;
  readonly function?: string;
  readonly invocationId?: string;
  readonly durationMs?: number;
  readonly error?: ErrorSummary;
};

export type ErrorSummary = { readonly name: string; readonly code?: string; readonly message: string };

export type Log = (entry: Omit<LogEntry, 'time'>) => void;

/** Severity order, least first; `none` is never written. */
export const LOG_LEVELS = ['trace', 'debug', 'information', 'warning', 'error', 'critical'] as const;

/** Stamps and redacts every entry on its way to `sink`. */
export function createLog(sink: (entry: LogEntry) => void): Log {
  return (entry) => sink({ time: new Date().toISOString(), ...entry, message: redact(entry.message) });
}

/** Name, code and message of anything thrown, without secrets and without the text that a JSON parser quotes. */
export function summariseError(error: unknown): ErrorSummary {
  if (!(error instanceof Error)) return { name: typeof error, message: redact(String(error)) };
  const code = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    message: redact(withoutQuotedJson(error.message)),
  };
}

// V8 quotes the text it cannot parse, which may be the body of a message: `Unexpected token 'x', "…" is not valid JSON`.
function withoutQuotedJson(message: string): string {
  return message.replace(/Unexpected .* is not valid JSON/s, 'The text is not valid JSON (not shown)');
}

/** Hides keys, signatures and bearer tokens inside a text. */
export function redact(text: string): string {
  return text
    .replace(/\b(SharedAccessKey|AccountKey|SharedAccessSignature|password|pwd)=[^;&\s"']+/gi, '$1=***')
    .replace(/([?&](?:sig|code|token)=)[^&\s"']+/gi, '$1***')
    .replace(/\b(Bearer) [\w.~+/=-]+/gi, '$1 ***');
}
