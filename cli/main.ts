import { commands } from './commands.ts';
import { runProgram } from './program.ts';

/** The command line. Each command is thin: it asks the functions or the relay, and shows the answer. */
await runProgram(commands);
