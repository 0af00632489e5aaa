/**
 * The Azure Functions host for a laptop: runs an app of the unmodified `@azure/functions` library in this process, as its
 * TypeScript sources or as a bundle, with http, timer and Service Bus triggers and Service Bus outputs.
 *
 * As in Azure: registration, hooks, conversion of inputs and results (they are the library's own), routes, keys, `/admin`,
 * body limit, trigger metadata, settlement, retry policies of timers, host.json and app settings.
 * Not as in Azure: no scaling, no limit on the time of an HTTP request (230 s there), no memory of timer runs over restarts.
 */
export type { FunctionSummary, FunctionsHost, FunctionsHostOptions } from './host.ts';
export { startFunctionsHost } from './host.ts';
export type { ErrorSummary, LogEntry } from './log.ts';
export type { FunctionKeys } from './settings/keys.ts';
