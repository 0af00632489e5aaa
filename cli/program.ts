import { Command, Option } from 'commander';

/** The command line with these commands and the options that hold for all of them. */
export function programOf(commands: readonly Command[]): Command {
  const program = new Command('entra-writeback')
    .description('Writes Entra groups, devices and users back to Active Directory.')
    .option('--url <url>', 'address of the functions (else ENTRA_WRITEBACK_URL, else the local stack)')
    .addOption(new Option('--stack <file>', 'file of the local stack').default('.local/stack.json'))
    .option('--json', 'print the answer as JSON')
    .showHelpAfterError();
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}

/** Runs the command line: prints what went wrong in one sentence, and ends with 1. */
export async function runProgram(commands: readonly Command[]): Promise<void> {
  try {
    await programOf(commands).parseAsync();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
