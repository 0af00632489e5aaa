export type { FunctionSummary, FunctionsHost, FunctionsHostOptions } from './host.ts';
export { startFunctionsHost } from './host.ts';
export type { ErrorSummary, LogEntry } from './log.ts';
export type { FunctionKeys } from './settings/keys.ts';
