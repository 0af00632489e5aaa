import { Command, Option } from 'commander';
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
import { undo } from './commands/undo.ts';
import { violations } from './commands/violations.ts';

/** The command line. Each command is thin: it asks the functions or the relay, and shows the answer. */
const program = new Command('entra-writeback')
  .description('Writes Entra groups, devices and users back to Active Directory.')
  .option('--url <url>', 'address of the functions (else ENTRA_WRITEBACK_URL, else the local stack)')
  .addOption(new Option('--stack <file>', 'file of the local stack').default('.local/stack.json'))
  .option('--json', 'print the answer as JSON')
  .showHelpAfterError();

const commands: readonly Command[] = [
  start,
  relay,
  check,
  prepare,
  setup,
  discover,
  evaluate,
  simulate,
  status,
  object,
  history,
  audit,
  violations,
  deadLetters,
  holds,
  undo,
  claim,
];

for (const command of commands) program.addCommand(command.copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
