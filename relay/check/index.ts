/** Checks everything that writeback needs, with the relay's own account. */
export { type CheckOptions, type CheckSurroundings, checkCommand } from './command.ts';
export { type CheckId, type CheckLine, type CheckReport, titles } from './line.ts';
export { refuseToStart, type StartConsent } from './refuse-to-start.ts';
export { exitStatus, renderJson, renderReport } from './render.ts';
export { type CheckProbes, type CheckRequest, directorySettingsOf } from './request.ts';
export { runCheck } from './run-check.ts';
