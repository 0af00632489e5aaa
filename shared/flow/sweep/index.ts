/** Sweeps: everything of a kind, looked at page by page and compared with AD. */
export { isAnswered } from './answers.ts';
export { hashOfDesired } from './hash.ts';
export { isWritten } from './is-written.ts';
export { type Progress, progressOf } from './progress.ts';
export { runStep, type StepDeps } from './run-step.ts';
export { type ComparisonDeps, settleComparison } from './settle-comparison.ts';
export { reviveSweep, type StartDeps, type Started, type SweepWish, startSweep } from './start-sweep.ts';
export { sweepSlice } from './sweep-slice.ts';
export { createSweepStates, type Round, type Sweep, SweepCause, type SweepStates } from './sweep-state.ts';
