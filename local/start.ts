import { Command } from 'commander';
import { ensureSamba } from './samba/packages.ts';
import { reexecInUserNamespace } from './samba/user-namespace.ts';
import { createConsole } from './stack/console.ts';
import { readStackOptions, type StackOptions, withStackOptions } from './stack/options.ts';
import { type Stack, startStack } from './stack/stack.ts';

/** `npm start`: the whole product on this machine, until Ctrl-C. */
const command = withStackOptions(
  new Command('npm start --').description(
    'Starts entra-writeback on this machine: Graph, Service Bus, AD and all.',
  ),
).action(run);
await command.parseAsync();

async function run(given: Record<string, unknown>): Promise<void> {
  const began = performance.now();
  let options: StackOptions;
  try {
    options = readStackOptions(given);
    if (!options.ldapUrl) {
      await ensureSamba((line) => console.log(line));
      const exitCode = await reexecInUserNamespace();
      if (exitCode !== undefined) process.exit(exitCode);
    }
  } catch (error) {
    return fail(error);
  }
  const screen = createConsole({
    write: (line) => console.log(line),
    colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
  });
  let stack: Stack;
  try {
    stack = await startStack(options, screen.show);
  } catch (error) {
    return fail(error);
  }
  console.log(banner(stack, Math.round(performance.now() - began)));
  await untilStopped(stack);
}

async function untilStopped(stack: Stack): Promise<void> {
  const asked = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve(undefined));
  });
  const failure = await Promise.race([asked, stack.failed]);
  console.log(failure ?? 'Stopping …');
  await stack.stop();
  process.exit(failure ? 1 : 0);
}

function banner({ file, stackFile }: Stack, ms: number): string {
  return `
entra-writeback runs on this machine (started in ${ms} ms)

  Microsoft Graph    ${file.graph.url}
  functions          ${file.functions.url}/api
  Active Directory   ${file.ldap.url}   ${file.ldap.baseDn}
  mail, Teams        ${file.sinks.mail}   ${file.sinks.teams}
  policy             ${file.policyFile}
  everything else    ${stackFile}

Change something in Graph and look here:   . .local/env.sh   (README, "Five minutes")
Ctrl-C stops everything.
`;
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
