/** Prepares a forest for writeback: containers, device registration, permissions. */
export { type Account, findAccount } from './account.ts';
export { applyPrepare, type Done } from './apply-prepare.ts';
export { type PrepareConsole, type PrepareRequest, prepareCommand } from './command.ts';
export type { PrepareFacts } from './facts.ts';
export { planPrepare } from './plan-prepare.ts';
export { type PolicyNeeds, policyNeeds } from './policy-needs.ts';
export { PrepareError, type PrepareErrorCode } from './prepare-error.ts';
export { readFacts } from './read-facts.ts';
export { renderScript, type ScriptFile } from './render-script.ts';
export { renderDone, renderPlan } from './render-steps.ts';
export { openSession, type Session } from './session.ts';
export type { PreparePlan, Step } from './steps.ts';
export type { PrepareWish } from './wish.ts';
