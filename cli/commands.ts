import type { Command } from 'commander';
import { audit } from './commands/audit.ts';
import { check } from './commands/check.ts';
import { claim } from './commands/claim.ts';
import { deadLetters } from './commands/dead-letters.ts';
import { discover } from './commands/discover.ts';
import { evaluate } from './commands/evaluate.ts';
import { history } from './commands/history.ts';
import { holds } from './commands/holds.ts';
import { object } from './commands/object.ts';
import { prepare } from './commands/prepare.ts';
import { relay } from './commands/relay.ts';
import { setup } from './commands/setup.ts';
import { simulate } from './commands/simulate.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { sweep } from './commands/sweep.ts';
import { undo } from './commands/undo.ts';
import { violations } from './commands/violations.ts';
import { wait } from './commands/wait.ts';

/** Every command of `entra-writeback`, in the order of its help. */
export const commands: readonly Command[] = [
  start,
  relay,
  check,
  prepare,
  setup,
  discover,
  evaluate,
  simulate,
  status,
  sweep,
  object,
  history,
  audit,
  violations,
  deadLetters,
  wait,
  holds,
  undo,
  claim,
];
