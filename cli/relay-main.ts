import { check } from './commands/check.ts';
import { claim } from './commands/claim.ts';
import { holds } from './commands/holds.ts';
import { prepare } from './commands/prepare.ts';
import { undo } from './commands/undo.ts';
import { runProgram } from './program.ts';

/** The commands that belong on the machine of a relay; they travel in its package. */
await runProgram([check, prepare, holds, undo, claim]);
